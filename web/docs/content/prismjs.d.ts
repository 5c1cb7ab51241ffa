// What is used of Prism, which has no types of its own.
declare module 'prismjs' {
  interface Grammar {
    readonly [token: string]: unknown;
  }
  const Prism: {
    languages: Readonly<Record<string, Grammar | undefined>>;
    highlight(code: string, grammar: Grammar, language: string): string;
  };
  export default Prism;
}
declare module 'prismjs/components/*';
