// Before each test file that uses the stack.
import './production-react.ts';
import { lightHashes } from './password-hashes.ts';

lightHashes();
