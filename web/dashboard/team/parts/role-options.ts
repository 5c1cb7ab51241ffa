// The roles, for lists to choose from.
import { ROLE_WORDS } from './role-labels.ts';

export const ROLE_OPTIONS = Object.entries(ROLE_WORDS).map(([value, { name }]) => ({ value, label: name }));
