// Markdown as an HTTP response.
export const markdownResponse = (markdown: string): Response =>
  new Response(`${markdown.trimEnd()}\n`, { headers: { 'content-type': 'text/markdown; charset=utf-8' } });
