// Facts of an order and of its payment.
import { Link } from '@remix-run/react';
import { Fragment } from 'react';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { OrderBookingView, OrderView } from '../server/orders-types.ts';

function Code({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex items-center gap-1">
      <span className="min-w-0 font-mono text-[0.8125rem] wrap-anywhere">{text}</span>
      <CopyButton value={text} label={`Copy ${label}`} isIcon />
    </span>
  );
}

interface OrderFactsProps {
  order: OrderView;
  timeZone: string;
  /** URL below which the pages of payment links and invoices are; null: the reader has none. */
  sourceBase: string | null;
}

export function OrderFacts({ order, timeZone, sourceBase }: OrderFactsProps) {
  const { line } = order;
  return (
    <>
      <Card title="Order">
        <FactList border="none">
          <Fact label="Price">
            <Money amount={line.amount} unit={line.coin} />
          </Fact>
          <Fact label="Fiat price">
            {line.fiat ? (
              <>
                <Money amount={line.fiat.amount} unit={line.fiat.currency} />
                {order.rate ? (
                  <span className="text-ink-2">
                    {' '}
                    · 1 {line.fiat.currency} = {order.rate} {line.coin}
                  </span>
                ) : null}
              </>
            ) : null}
          </Fact>
          <Fact label="Received">{order.part ? <Money amount={order.part.received} unit={line.coin} /> : null}</Fact>
          <Fact label={order.part?.isOpen ? 'Still due' : 'Missing'}>
            {order.part?.missing ? (
              <>
                <Money amount={order.part.missing} unit={line.coin} />
                {order.part.missingFiat ? (
                  <span className="text-ink-2">
                    {' '}
                    · <Money amount={order.part.missingFiat.amount} unit={order.part.missingFiat.currency} />
                  </span>
                ) : null}
              </>
            ) : null}
          </Fact>
          <Fact label="Description">{line.description}</Fact>
          <Fact label="Created">
            <LocalTime iso={line.createdAt} timeZone={timeZone} precision="second" />
          </Fact>
          <Fact label="Customer">{[order.userName, order.userId].filter(Boolean).join(', ')}</Fact>
          <Fact label={order.source?.kind === 'invoice' ? 'Invoice' : 'Payment link'}>
            {order.source && sourceBase !== null ? (
              <Link className="link" to={`${sourceBase}/${order.source.kind}s/${order.source.id}`}>
                {order.source.name}
              </Link>
            ) : (
              (order.source?.name ?? null)
            )}
          </Fact>
          <Fact label="Receipt to">{order.shopperEmail}</Fact>
        </FactList>
        <details className="mt-2">
          <Summary>More details</Summary>
          <FactList border="none">
            <Fact label="Checkout ends">
              <LocalTime iso={order.expiresAt} timeZone={timeZone} precision="second" />
            </Fact>
            <Fact label="Accepts">{`${order.acceptedCoins.join(', ')} on ${order.acceptedNetworks.join(', ')}`}</Fact>
            <Fact label="Fee, tolerance">{`${order.feePercent}%, ${order.tolerancePercent}%`}</Fact>
            <Fact label="Checkout id">
              <Code text={line.id} label="checkout id" />
            </Fact>
            <Fact label="Deposit address">
              <Code text={order.depositAddress} label="deposit address" />
            </Fact>
            <Fact label="Receiving address">
              <span className="font-mono text-sm">{order.receiver}</span>
            </Fact>
            <Fact label="Extra">
              {order.extra ? <code className="text-sm whitespace-pre-wrap">{order.extra}</code> : null}
            </Fact>
          </FactList>
        </details>
      </Card>
      {order.bookings.map((booking) => (
        <BookingCard
          key={booking.id}
          {...{ booking, timeZone }}
          title={bookingTitle(order, booking)}
          method={booking.isAccepted ? null : line.method}
        />
      ))}
    </>
  );
}

/** Payments in parts have a card for each coin and network: two coins are never one sum. */
const bookingTitle = ({ bookings }: OrderView, { isAccepted, coin, network }: OrderBookingView): string => {
  if (isAccepted) return `Accepted later: ${coin} on ${network}`;
  return bookings.filter((one) => !one.isAccepted).length > 1 ? `Payment: ${coin} on ${network}` : 'Payment';
};

interface BookingCardProps {
  booking: OrderBookingView;
  title: string;
  method: string | null;
  timeZone: string;
}

function BookingCard({ booking, title, method, timeZone }: BookingCardProps) {
  const { coin } = booking;
  return (
    <Card title={title}>
      <FactList border="none">
        <Fact label="Paid">
          <Money amount={booking.paid} unit={coin} />
          <span className="text-ink-2"> on {booking.network}</span>
        </Fact>
        <Fact label="Fee">
          <Money amount={booking.fee} unit={coin} />
        </Fact>
        <Fact label="Net">
          <Money amount={booking.net} unit={coin} />
        </Fact>
        <Fact label="Surplus">{booking.surplus ? <Money amount={booking.surplus} unit={coin} /> : null}</Fact>
        <Fact label={booking.isAccepted ? 'Accepted at' : 'Paid at'}>
          <LocalTime iso={booking.bookedAt} timeZone={timeZone} precision="second" />
        </Fact>
        <Fact label="Payment method">{method}</Fact>
        {booking.transfers.map(({ id, txHash, payer, explorerUrl }) => (
          <Fragment key={id}>
            <Fact label="Payer">
              <Code text={payer} label="payer’s address" />
            </Fact>
            <Fact label="Transaction">
              <Code text={txHash} label="transaction hash" />
              {explorerUrl ? (
                <a className="link text-sm" href={explorerUrl} rel="noreferrer" target="_blank">
                  View in the explorer
                </a>
              ) : null}
            </Fact>
          </Fragment>
        ))}
      </FactList>
    </Card>
  );
}
