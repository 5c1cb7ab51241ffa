// Saved views of the list: a link for each, and a form that keeps the present filter under a name.
import { Form, Link } from '@remix-run/react';
import { X } from 'lucide-react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Field } from '#web/ui/field.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import type { SavedView } from '../server/orders-types.ts';

interface OrdersViewsProps {
  views: readonly SavedView[];
  base: string;
  /** The query string of the list as it is shown, without its page. */
  query: string;
}

export function OrdersViews({ views, base, query }: OrdersViewsProps) {
  const form = useActionForm({ action: 'save-view' });
  return (
    <div className="flex flex-wrap items-start gap-2" data-testid="order-views">
      {views.length > 0 ? (
        <ul className="flex flex-wrap gap-2" aria-label="Saved views">
          {views.map((view) => (
            <li key={view.id} className="flex items-center rounded-lg border border-line bg-surface">
              <Link
                to={view.query ? `${base}?${view.query}` : base}
                aria-current={view.query === query ? 'page' : undefined}
                className={`inline-flex min-h-11 items-center px-3 text-sm wrap-anywhere ${view.query === query ? 'font-semibold text-brand' : ''}`}
              >
                {view.name}
              </Link>
              <Form method="post">
                <input type="hidden" name="view" value={view.id} />
                <button
                  type="submit"
                  name="do"
                  value="delete-view"
                  className="inline-flex size-11 cursor-pointer items-center justify-center text-ink-2 hover:text-ink"
                >
                  <X size={16} aria-hidden />
                  <span className="sr-only">Delete the view {view.name}</span>
                </button>
              </Form>
            </li>
          ))}
        </ul>
      ) : null}
      {/* Closed and empty after each view that was saved. */}
      <details open={form.rejected} key={views.map(({ id, query: kept }) => `${id} ${kept}`).join()}>
        <Summary>Save this view</Summary>
        <Form method="post" className="grid max-w-md gap-3 pb-2" {...form.props}>
          <FormNotice form={form} />
          <input type="hidden" name="query" value={query} />
          <Field
            label="Name of the view"
            hint="Filters, search, sorting and columns as they are now. A view of the same name is replaced. Only you see it."
            required
            maxLength={60}
            autoComplete="off"
            {...form.field('name')}
          />
          <div>
            <SubmitButton name="do" value="save-view" busyLabel="Saving…">
              Save view
            </SubmitButton>
          </div>
        </Form>
      </details>
    </div>
  );
}
