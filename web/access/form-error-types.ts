// Why a form was rejected.

export interface FormProblem {
  code: string;
  /** The field's name; null for the form as a whole. */
  field: string | null;
  /** A sentence for people. */
  message: string;
}

/** The error of a form whose log-in grew old while it was filled in. */
export const LOG_IN_AGAIN = 'log_in_again';
