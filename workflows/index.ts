// The entry of the workflow bundle: every workflow that the workers run.
export { chainRelayerWorkflow, chainWatcherWorkflow } from './chain-workflows.ts';
export { checkoutIntentWorkflow } from './checkout-intent-workflow.ts';
export { emailDeliveryWorkflow } from './email-delivery-workflow.ts';
export { ratesRefreshWorkflow } from './rates-refresh-workflow.ts';
export { reportsSweepWorkflow, reportWorkflow } from './reports-workflow.ts';
export { webhookDeliveryWorkflow } from './webhook-delivery-workflow.ts';
