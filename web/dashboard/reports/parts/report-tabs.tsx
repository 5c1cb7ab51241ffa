// The kinds of reports, and the books.
import { Tabs } from '#web/ui/tabs.tsx';

interface ReportTabsProps {
  /** URL of the store's reports. */
  reports: string;
  current: 'daily' | 'monthly' | 'books';
}

export function ReportTabs({ reports, current }: ReportTabsProps) {
  return (
    <Tabs
      label="Kinds of reports"
      tabs={[
        { to: reports, label: 'Daily', current: current === 'daily' },
        { to: `${reports}?kind=monthly`, label: 'Monthly', current: current === 'monthly' },
        { to: `${reports}/books`, label: 'Books', current: current === 'books' },
      ]}
    />
  );
}
