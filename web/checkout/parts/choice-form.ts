// The id of the form that holds the shopper's choice: fields that stand elsewhere on the page name it.
export const CHOICE_FORM = 'payment-choice';
