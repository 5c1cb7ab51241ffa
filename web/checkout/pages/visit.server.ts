// Whether a request is a person who opens a page. Other reads change nothing: a preview's HEAD, a browser that loads ahead, or another
// site that embeds the URL as a picture.

export const isVisit = ({ method, headers }: Request): boolean => {
  if (method !== 'GET' || /prefetch|prerender/i.test(headers.get('sec-purpose') ?? headers.get('purpose') ?? '')) {
    return false;
  }
  // Browsers send these; other clients need not.
  const site = headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return true;
  return headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';
};
