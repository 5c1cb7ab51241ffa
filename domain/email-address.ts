// The one spelling in which an e-mail address is stored and compared. Mail itself goes to what was typed.

/** Without spaces around it, and in lower case. Whether it is an address at all is checked where it is typed. */
export type EmailAddress = string & { readonly __brand: 'EmailAddress' };

export const emailAddressOf = (typed: string): EmailAddress => typed.trim().toLowerCase() as EmailAddress;

/** Whether both are one address. */
export const isSameEmail = (one: string, other: string): boolean => emailAddressOf(one) === emailAddressOf(other);
