// Reasons of validation failures (10001): stable names for programs, and the message of each.

export const VALIDATION_SENTENCES = {
  required: 'is required',
  not_an_integer: 'must be a whole number',
  too_large: 'is too large',
  unknown_currency: 'is not a known currency',
  unknown_coin: 'is not a known stable coin',
  disabled_coin: 'names a stable coin that is disabled',
  not_exactly_one: 'and stable_coin exclude each other, and one of them is required',
  not_a_list: 'must be a list',
  empty_list: 'must not be empty',
  too_many: 'has too many entries',
  not_a_string: 'must be text',
  too_long: 'is too long',
  bad_text: 'contains NUL or a lone surrogate',
  not_http_url: 'must be an http or https address',
  not_an_object: 'must be a JSON object',
  too_deep: 'is nested too deeply',
  empty: 'must not be empty',
  malformed_json: 'must be valid JSON',
  not_utf8: 'must be UTF-8',
  bad_characters: 'may contain visible ASCII characters only',
  reused: 'was used before with another body',
} as const;

export type ValidationReason = keyof typeof VALIDATION_SENTENCES;
