// Why a form was refused.

export interface FormProblem {
  code: string;
  /** The field's name; null for the form as a whole. */
  field: string | null;
  /** A sentence for a person. */
  message: string;
}
