// The roles as options of a select.
import { ROLE_LABELS } from './role-labels.ts';

export const ROLE_OPTIONS = Object.entries(ROLE_LABELS).map(([value, { name }]) => ({ value, label: name }));
