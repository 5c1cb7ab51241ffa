// The English texts of the start page. The other languages have the same keys.
export const en = {
  title: 'Stablecoin checkout for shops',
  lead: 'Shoppers pay USDT or USDC from any wallet or exchange. The money goes straight to the merchant; nobody holds it in between.',
  demo: 'Try it in the demo shop',
  docs: 'Developer documentation',
  picture: 'A phone with a checkout: the coin goes straight to the merchant’s wallet, and the shop gets a message.',
  step_create: 'The shop creates a checkout over a signed API.',
  step_pay: 'The shopper pays by wallet, QR code or AllScale Pay, on any supported network.',
  step_told: 'The money is in the merchant’s wallet, and a signed webhook tells the shop.',
  ways: 'Where do you want to go?',
  shoppers: 'Shoppers',
  shoppers_lead:
    'To pay an order, open the link that the shop gave you. AllScale Pay is a wallet of your own for it: balances, history and recovery.',
  shoppers_account: 'Your AllScale Pay account',
  merchants: 'Merchants',
  merchants_lead: 'Orders, payments, reports and settings of your stores.',
  merchants_log_in: 'Log in to the dashboard',
  merchants_apply: 'Apply for a store',
  developers: 'Developers',
  developers_lead: 'From a key to a verified webhook in one page, with clients for TypeScript and Python.',
  developers_start: 'Quick start',
  developers_reference: 'API reference',
  operators: 'Operators',
  operators_lead: 'Merchants, reviews, chains and the audit log of this installation.',
  operators_console: 'Operator console',
} as const;

export type HomeTextKey = keyof typeof en;
export type HomeCatalogue = Readonly<Record<HomeTextKey, string>>;
