// Colours of code, as classes that docs.css gives colours. Made on the server: browsers load no script for it.
import Prism from 'prismjs';
import 'prismjs/components/prism-bash.js';
import 'prismjs/components/prism-go.js';
import 'prismjs/components/prism-java.js';
import 'prismjs/components/prism-json.js';
import 'prismjs/components/prism-markup-templating.js';
import 'prismjs/components/prism-php.js';
import 'prismjs/components/prism-python.js';
import 'prismjs/components/prism-typescript.js';

/** As code blocks spell them. */
const GRAMMARS: Readonly<Record<string, string>> = {
  bash: 'bash',
  go: 'go',
  java: 'java',
  javascript: 'javascript',
  js: 'javascript',
  json: 'json',
  php: 'php',
  python: 'python',
  ts: 'typescript',
};

/** The code as HTML, its text unchanged; undefined for a language without colours. */
export const highlighted = (code: string, language: string): string | undefined => {
  const name = Object.hasOwn(GRAMMARS, language) ? GRAMMARS[language] : undefined;
  const grammar = name && Prism.languages[name];
  if (!name || !grammar) return undefined;
  // Escapes get a title, which repeats them.
  return Prism.highlight(code, grammar, name).replaceAll(/(<span class="token entity") title="[^"]*">/g, '$1>');
};
