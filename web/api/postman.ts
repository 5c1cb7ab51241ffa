// A Postman collection of the whole API, made from the OpenAPI document: a request for each route, with its example, and a script that
// signs each before it is sent.
import type { OpenAPIV3_1 } from 'openapi-types';

/** Runs in Postman. What it signs is what is sent: the URL and body with their variables filled in. */
const SIGNING_SCRIPT = `const CryptoJS = require('crypto-js');
const filled = (text) => pm.variables.replaceIn(text || '');
const target = filled(pm.request.url.toString()).replace(/^[a-z]+:\\/\\/[^/]+/i, '');
const mark = target.indexOf('?');
const path = mark < 0 ? target : target.slice(0, mark);
const query = mark < 0 ? '' : target.slice(mark + 1);
const body = filled(pm.request.body ? pm.request.body.toString() : '');
const timestamp = String(Math.floor(Date.now() / 1000));
const nonce = CryptoJS.lib.WordArray.random(16).toString();
const hash = CryptoJS.SHA256(body).toString();
const canonical = [pm.request.method, path, query, timestamp, nonce, hash].join('\\n');
const signature = CryptoJS.HmacSHA256(canonical, filled('{{api_secret}}')).toString(CryptoJS.enc.Base64);
pm.request.headers.upsert({ key: 'X-API-Key', value: filled('{{api_key}}') });
pm.request.headers.upsert({ key: 'X-Timestamp', value: timestamp });
pm.request.headers.upsert({ key: 'X-Nonce', value: nonce });
pm.request.headers.upsert({ key: 'X-Signature', value: 'v1=' + signature });`;

/** Keeps the id of what a request created, for those that follow. */
const KEEPING_SCRIPT = `const { payload } = pm.response.json();
if (payload && payload.allscale_checkout_intent_id) pm.collectionVariables.set('intent_id', payload.allscale_checkout_intent_id);
if (payload && payload.endpoint_id && pm.request.method === 'POST') pm.collectionVariables.set('endpoint_id', payload.endpoint_id);`;

/** A header, or a member of the query. Postman lists a disabled one to be ticked, and does not send it. */
interface PostmanMember {
  key: string;
  value: string;
  description?: string;
  disabled?: true;
}

export interface PostmanRequest {
  name: string;
  request: {
    method: string;
    header: PostmanMember[];
    url: {
      /** With variables as `{{name}}`, without a query. */
      raw: string;
      /** The parts of `raw`, from which Postman makes the URL. */
      host: string[];
      path: string[];
      query: PostmanMember[];
    };
    description: string;
    body?: { mode: 'raw'; raw: string; options: { raw: { language: 'json' } } };
  };
}

export interface PostmanCollection {
  info: { name: string; description: string; schema: string };
  item: { name: string; description: string; item: PostmanRequest[] }[];
  event: { listen: 'prerequest' | 'test'; script: { type: 'text/javascript'; exec: string[] } }[];
  variable: { key: string; value: string }[];
}

const script = (listen: 'prerequest' | 'test', text: string): PostmanCollection['event'][number] => ({
  listen,
  script: { type: 'text/javascript', exec: text.split('\n') },
});

const METHODS = ['get', 'post', 'patch', 'put', 'delete'] as const;

/** An `{id}` of a path as a variable of the collection. */
const withVariables = (path: string): string =>
  path.replace(/\{(\w+)\}/g, () => (path.includes('/webhook_endpoints/') ? '{{endpoint_id}}' : '{{intent_id}}'));

const exampleOf = (operation: OpenAPIV3_1.OperationObject): unknown => {
  const body = operation.requestBody;
  if (!body || '$ref' in body) return undefined;
  const { example, examples = {}, schema } = body.content['application/json'] ?? {};
  const [named] = Object.values(examples).map((one) => ('value' in one ? one.value : undefined));
  const ofSchema = schema && 'examples' in schema ? schema.examples?.[0] : undefined;
  return example ?? named ?? ofSchema ?? {};
};

/** What a request may have of a place, to be ticked and filled in. */
const optional = ({ parameters = [] }: OpenAPIV3_1.OperationObject, place: 'query' | 'header'): PostmanMember[] =>
  parameters.flatMap((parameter) =>
    '$ref' in parameter || parameter.in !== place
      ? []
      : [{ key: parameter.name, value: '', description: parameter.description ?? '', disabled: true }],
  );

const requestOf = (path: string, method: string, operation: OpenAPIV3_1.OperationObject): PostmanRequest => {
  const example = exampleOf(operation);
  const filled = withVariables(path);
  const body = isSimulation(example) ? { ...example, checkout_intent_id: '{{intent_id}}' } : example;
  return {
    name: operation.summary ?? `${method.toUpperCase()} ${path}`,
    request: {
      method: method.toUpperCase(),
      header: [
        ...(body === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }]),
        ...optional(operation, 'header'),
      ],
      url: {
        raw: `{{base_url}}${filled}`,
        host: ['{{base_url}}'],
        path: filled.split('/').slice(1),
        query: optional(operation, 'query'),
      },
      description: operation.description ?? '',
      ...(body === undefined
        ? {}
        : { body: { mode: 'raw', raw: JSON.stringify(body, null, 2), options: { raw: { language: 'json' } } } }),
    },
  };
};

const isSimulation = (example: unknown): example is { checkout_intent_id: string } =>
  typeof example === 'object' && example !== null && 'checkout_intent_id' in example;

/** @param document as `/v1/openapi.json` has it */
export const postmanCollection = (document: OpenAPIV3_1.Document, baseUrl: string): PostmanCollection => {
  const requests = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ tag: operation.tags?.[0] ?? 'Other', made: requestOf(path, method, operation) }] : [];
    }),
  );
  const folders = Map.groupBy(requests, ({ tag }) => tag);
  return {
    info: {
      name: 'AllScale Checkout Open API',
      description: `Set the variables api_key and api_secret of the collection. Each request is signed before it is sent. Guide: ${baseUrl}/docs`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: [...folders].map(([name, made]) => ({
      name,
      description: document.tags?.find((tag) => tag.name === name)?.description ?? '',
      item: made.map((one) => one.made),
    })),
    event: [script('prerequest', SIGNING_SCRIPT), script('test', KEEPING_SCRIPT)],
    variable: [
      { key: 'base_url', value: baseUrl },
      ...['api_key', 'api_secret', 'intent_id', 'endpoint_id'].map((key) => ({ key, value: '' })),
    ],
  };
};
