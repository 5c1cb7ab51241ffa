// The e-mail to a shopper whose money came and did not simply pay the order: what came, who decides, and what was decided. It says what the
// checkout's page says (web/checkout/parts/state-messages.ts).
import { networkName } from '#domain/chains.ts';
import { formatUnits, parseUnits, ZERO } from '#domain/money.ts';
import { readableAmount } from '#domain/readable-amount.ts';
import { sumByToken } from '#domain/token-amounts.ts';
import type { ToldMoney } from '#domain/told-money.ts';
import { documentOf, type Fact } from '../document.ts';
import { formatCoins, formatTokens, oneLine, shortName } from '../format.ts';
import { checkoutFact, orderFacts, placeFacts, priceFact, transferFacts } from './orders.ts';
import { orderOf, type Setting, storeOf, type Template } from './template.ts';

type ReviewSetting = Setting<'shopper_review'>;

/** Each token by itself: `10.0000 USDT + 8.0000 USDC`. */
const sumOf = ({ language }: ReviewSetting, money: readonly ToldMoney[]): string =>
  sumByToken(money.map(({ amount, ...token }) => ({ ...token, amountUnits: parseUnits(amount) ?? ZERO })))
    .map(({ name, amountUnits }) => `${readableAmount(language, formatUnits(amountUnits))} ${name}`)
    .join(' + ');

/** One sentence for each reason; money on a wrong network names it. */
const whatCame = (setting: ReviewSetting): string[] => {
  const { t, language, data } = setting;
  const { amount, coin } = orderOf(setting);
  const same = Map.groupBy(data.money, ({ review, chainId }) =>
    review === 'wrong_chain' ? `${review} ${chainId}` : review,
  );
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const received = sumOf(setting, group);
    const network = networkName(first.chainId);
    return t(`review.${first.review}`, { received, network, price: formatCoins(language, amount, coin) });
  });
};

/** Only an operator decides on money of a denied payer. */
const isForStore = ({ data }: ReviewSetting): boolean => data.money.some(({ review }) => review !== 'screening');

const leadOf = (setting: ReviewSetting): string[] => {
  const { t, data } = setting;
  const store = storeOf(setting).name;
  if (data.outcome !== null) return [t(`review.${data.outcome}`, { store, received: sumOf(setting, data.money) })];
  return [
    [t('review.stop'), ...whatCame(setting)].join(t('review.gap')),
    t(isForStore(setting) ? 'review.decides' : 'review.safe', { store }),
    t(data.mayNameAddress === false ? 'review.page_given' : 'review.page'),
  ];
};

const moneyFacts = (setting: ReviewSetting): Fact[] => {
  const { t, language, data } = setting;
  return data.money.flatMap((one) => [
    { label: t('review.received'), value: formatTokens(language, one.amount, one) },
    ...placeFacts(setting, one),
    ...transferFacts(setting, one.chainId, { txHash: one.txHash, payer: one.from }),
  ]);
};

export const shopperReview: Template<'shopper_review'> = (setting) => {
  const { t, data, publicUrl } = setting;
  const store = storeOf(setting).name;
  const order = orderOf(setting);
  const amount = sumOf(setting, data.money);
  const state = data.outcome ?? 'waits';
  const given = data.outcome === null ? (data.refundAddresses ?? []) : [];
  return documentOf({
    subject: oneLine(t(`review.subject_${state}`, { store: shortName(store), amount })),
    preview: t(`review.title_${state}`),
    mark: { text: t(`review.mark_${state}`), tone: state === 'accepted' || state === 'sent_back' ? 'ok' : 'warn' },
    title: t(`review.title_${state}`),
    lead: leadOf(setting),
    figure: { value: amount, note: null },
    facts: [
      { label: t('fact.store'), value: store },
      ...orderFacts(setting, order),
      priceFact(setting, order),
      ...moneyFacts(setting),
      ...given.map((address) => ({ label: t('review.address'), value: address, isCode: true })),
      checkoutFact(setting, order),
    ],
    action: { label: t('shopper_refund.open'), url: `${publicUrl}/checkout/${order.intentId}` },
    reason: t(order.isInvoice ? 'reason.invoice_order' : 'reason.shopper', { store }),
  });
};
