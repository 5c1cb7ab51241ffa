// Changes of where money goes that wait, as pages show them. Types only: bundled pages import this file.
import type { WaitingChange } from '#db/merchants/change-list.ts';
import type { LinkedChange } from '#db/merchants/decide-change.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';

export type { WaitingChange } from '#db/merchants/change-list.ts';
export type { LinkedChange } from '#db/merchants/decide-change.ts';

/** A change, and what the visitor may do about it. */
export interface ChangeRow extends WaitingChange {
  mayCancel: boolean;
  mayConfirm: boolean;
}

/** Where a change is shown: the team's page, or a page of one store. */
export type ChangePlace = 'receiver' | 'team' | 'keys';

export interface ChangesService {
  /** Those that wait, of one page or of all. */
  waiting(visit: DashboardVisit, place?: ChangePlace): Promise<ChangeRow[]>;
  /** The latest that were applied or canceled. */
  decided(merchantId: string): Promise<WaitingChange[]>;
  /** Null when it was done. */
  confirm(visit: DashboardVisit, id: string): Promise<FormProblem | null>;
  cancel(visit: DashboardVisit, id: string): Promise<FormProblem | null>;
  /** The change of an e-mail's link; null for an unknown one. */
  linked(token: string): Promise<LinkedChange | null>;
  /** Null when it was canceled. */
  cancelByLink(token: string): Promise<FormProblem | null>;
}
