// What the page says while a wallet is asked for something.
import type { FlowStep } from './refund-flow.ts';

export const STEPS: Record<FlowStep, string> = {
  connect: 'Connect: choose the receiving address in the wallet.',
  network: 'Switch: confirm the network in the wallet.',
  sign: 'Sign: the wallet shows the order, which costs nothing.',
  record: 'Storing the order…',
  check: 'Checking the signature…',
  send: 'Send: confirm the transaction in the wallet; it pays the network’s fee.',
};
