// Carries the CSP nonce from the server's renderer to the scripts in the root. Undefined in the browser.
import { createContext } from 'react';

export const NonceContext = createContext<string | undefined>(undefined);
