// Pages and e-mails are rendered with the React that production has. React chooses when it is loaded, by NODE_ENV, which vitest sets to `test`;
// its development build takes several times as long. What is loaded here stays loaded in this process.
import { createRequire } from 'node:module';

const before = process.env.NODE_ENV;
process.env.NODE_ENV = 'production';
try {
  const load = createRequire(import.meta.url);
  for (const name of ['react', 'react/jsx-runtime', 'react-dom', 'react-dom/server']) load(name);
} finally {
  process.env.NODE_ENV = before;
}
