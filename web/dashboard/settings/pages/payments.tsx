// Accepted coins and networks, tolerance, expiry and confirmations.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field, FieldSet } from '#web/ui/field.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { SettingsForm } from '../parts/settings-form.tsx';
import { loadSection, saveSection } from '../parts/settings-route.ts';

export const meta = storeTitle('Payment settings');
export const loader = (args: LoaderFunctionArgs) => loadSection(args, 'payments');
export const action = (args: ActionFunctionArgs) => saveSection(args, 'payments');

export default function PaymentSettings() {
  const section = useLoaderData<typeof loader>();
  const { networks, coins, values, isTest } = section.view;
  return (
    <Card lead="Changes apply to orders created from now on.">
      <SettingsForm key={JSON.stringify(values)} {...section}>
        {({ field, checkbox, error }) => (
          <>
            <FieldSet
              legend="Coins"
              hint="A coin that is added later is off until you select it."
              error={error('acceptedCoins')}
            >
              <div className="flex flex-wrap gap-x-8">
                {coins.map(({ id, symbol }) => (
                  <Checkbox key={id} label={symbol} {...checkbox('acceptedCoins', String(id))} />
                ))}
              </div>
            </FieldSet>
            <Checkbox
              label="Also accept bridged tokens"
              hint="USDC.e on Optimism, Polygon and Arbitrum, USDbC on Base: a bridge issued them, not Circle. Without this they wait for your decision."
              {...checkbox('acceptsBridgedTokens')}
            />
            <FieldSet
              legend="Networks"
              hint={
                isTest
                  ? 'A test store accepts test and local networks only.'
                  : 'With all networks selected, networks added later are accepted too.'
              }
              error={error('acceptedChainIds')}
            >
              <div className="grid gap-x-8 sm:grid-cols-2 lg:grid-cols-3">
                {networks.map(({ id, name, problem }) => (
                  <Checkbox
                    key={id}
                    label={name}
                    {...(problem ? { hint: problem } : {})}
                    {...checkbox('acceptedChainIds', String(id))}
                  />
                ))}
              </div>
            </FieldSet>
            <div className="grid gap-5 sm:grid-cols-3">
              <Field
                label="Tolerance, in percent"
                hint="A payment that is short by no more than this counts as full."
                inputMode="decimal"
                {...field('tolerancePercent')}
              />
              <Field
                label="Checkout open, in minutes"
                hint="Money that arrives later needs your decision."
                inputMode="decimal"
                {...field('checkoutMinutes')}
              />
              <Field
                label="Extension, in minutes"
                hint="Added once after a part payment, so that the payer can send the rest."
                inputMode="decimal"
                {...field('extensionMinutes')}
              />
            </div>
            <FieldSet
              legend="Confirmations"
              hint="More blocks than the network’s own rule needs. Empty keeps that rule; fewer blocks have no effect."
            >
              <div className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
                {networks.map(({ id, name, rule }) => (
                  <Field
                    key={id}
                    label={name}
                    hint={`Own rule: ${rule}`}
                    inputMode="numeric"
                    {...field(`blocks-${id}`)}
                  />
                ))}
              </div>
            </FieldSet>
          </>
        )}
      </SettingsForm>
    </Card>
  );
}
