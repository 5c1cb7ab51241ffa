// The id of the form of the shopper's choice, for its fields elsewhere on the page.
export const CHOICE_FORM = 'payment-choice';
