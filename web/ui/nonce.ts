// The nonce on its way from the server's renderer to the scripts in the root; undefined in the browser, where it is spent.
import { createContext } from 'react';

export const NonceContext = createContext<string | undefined>(undefined);
