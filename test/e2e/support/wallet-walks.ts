// The steps of a payment by wallet, each list on one page with a scripted wallet, checked at every step. The server's replies about
// balances are scripted too, because no chain runs behind these pages.
import type { Page } from 'playwright-core';
import { toChecksumAddress } from '#domain/address.ts';
import type { WalletPreparation } from '#web/checkout/server/wallet-types.ts';
import { openOffer } from './checkout-world.ts';
import { installWallet, script } from './scripted-wallet.ts';

const ACCOUNT = toChecksumAddress(`0x${'ab'.repeat(20)}`);

export interface WalletStep {
  name: string;
  /** From the step before it. */
  reach(page: Page): Promise<void>;
}

export interface WalletWalk {
  name: string;
  /** Steps in order on the same page. */
  steps: readonly WalletStep[];
}

const wallet = (page: Page) => page.getByRole('button', { name: 'Test Wallet' });
const main = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const step = (page: Page, name: string) => page.locator(`[data-step=${name}]`).waitFor();

/** The reply to the next preparation, in place of the server's. */
const replyOnce = async (page: Page, preparation: WalletPreparation): Promise<void> => {
  await page.route(
    '**/wallet',
    (route) => (route.request().method() === 'POST' ? route.fulfill({ json: preparation }) : route.fallback()),
    { times: 1 },
  );
};

export const WALLET_WALKS: readonly WalletWalk[] = [
  {
    name: 'wallet, from the list to the wrong network',
    steps: [
      { name: 'wallet-list', reach: (page) => wallet(page).waitFor() },
      {
        name: 'wallet-balance-too-small',
        async reach(page) {
          const label = { balance: '4.1000', needed: '25.0000', coin: 'USDT', network: 'Local Chain A' } as const;
          await replyOnce(page, { kind: 'balanceTooSmall', ...label });
          await wallet(page).click();
          await step(page, 'blocked');
        },
      },
      {
        name: 'wallet-review',
        async reach(page) {
          await main(page, 'Check again').click();
          await main(page, /^Pay 25/).waitFor();
        },
      },
      {
        name: 'wallet-switch-dismissed',
        async reach(page) {
          // Not `check()`, which checks immediately: the page's response must arrive first.
          await openOffer(page);
          await page.getByRole('radio', { name: 'Local Chain B' }).click();
          await script(page, 'wallet_switchEthereumChain', { error: { code: 4001 } });
          await main(page, 'Switch to Local Chain B').click();
          await page.getByText('You dismissed the switch of networks.').waitFor();
        },
      },
    ],
  },
  {
    name: 'wallet, from approving to sent',
    steps: [
      {
        name: 'wallet-uncertain',
        async reach(page) {
          await wallet(page).click();
          await main(page, /^Pay 25/).waitFor();
          await script(page, 'eth_sendTransaction', { error: { code: -32000, message: 'nonce too low' } });
          await main(page, /^Pay 25/).click();
          await step(page, 'uncertain');
        },
      },
      {
        name: 'wallet-sent',
        async reach(page) {
          await main(page, 'It is not there: try again').click();
          await main(page, /^Pay 25/).click();
          await step(page, 'sent');
        },
      },
    ],
  },
  {
    name: 'wallet, waiting for approval',
    steps: [
      {
        name: 'wallet-approving',
        async reach(page) {
          await wallet(page).click();
          await main(page, /^Pay 25/).waitFor();
          await script(page, 'eth_sendTransaction', { wait: true });
          await main(page, /^Pay 25/).click();
          await step(page, 'sending');
        },
      },
    ],
  },
];

/** Before the page opens: a wallet on local chain A that sends nothing and says that it did. */
export const installWalkWallet = (page: Page): Promise<void> =>
  installWallet(page, {
    account: ACCOUNT,
    chainId: 31337,
    send: async () => `0x${'5e'.repeat(32)}`,
  });
