// The manifests of KEDA against its kinds: members, types and what is required, as its definitions of ScaledObject and
// TriggerAuthentication (v1alpha1) have them, and the parameters of its `temporal` scaler (keda.sh/docs, 2.17 and later). Stricter than
// KEDA: an unknown member is refused, not dropped, and each number is in a range that makes sense.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const workers = readFileSync(join(REPOSITORY, 'worker', 'temporal-workers.ts'), 'utf8');
const [, DEPLOYMENT_NAME = ''] = /DEPLOYMENT_NAME = '(.+)'/.exec(workers) ?? [];

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const metadata = z.strictObject({ name, namespace: name });
const seconds = z.int().min(0).max(3_600);
/** Parameters of a scaler are texts, numbers too. */
const whole = z.string().regex(/^[1-9]\d*$/);
const flag = z.enum(['true', 'false']);

const policy = z.strictObject({
  type: z.enum(['Pods', 'Percent']),
  value: z.int().min(1),
  periodSeconds: z.int().min(1).max(1_800),
});
const scaling = z.strictObject({
  policies: z.array(policy).optional(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).optional(),
  stabilizationWindowSeconds: seconds.optional(),
});

const temporalTrigger = z.strictObject({
  type: z.literal('temporal'),
  name: name.optional(),
  useCachedMetrics: z.boolean().optional(),
  metricType: z.enum(['AverageValue', 'Value']).optional(),
  metadata: z
    .strictObject({
      // Of KEDA 2.20 and later.
      workerDeploymentName: z.literal(DEPLOYMENT_NAME).optional(),
      workerDeploymentBuildId: z.string().min(1).optional(),
      endpoint: z.string().regex(/^[a-z0-9.-]+:\d{1,5}$/),
      namespace: z.string().min(1),
      taskQueue: z.string().min(1),
      queueTypes: z.enum(['workflow', 'activity', 'workflow,activity']),
      targetQueueSize: whole,
      activationTargetQueueSize: z.string().regex(/^\d+$/).optional(),
      minConnectTimeout: whole.optional(),
      unsafeSsl: flag.optional(),
      tlsServerName: z.string().min(1),
    })
    .refine(
      ({ workerDeploymentName: of, workerDeploymentBuildId: id }) => (of === undefined) === (id === undefined),
      'both or none',
    ),
  authenticationRef: z.strictObject({
    name,
    kind: z.enum(['TriggerAuthentication', 'ClusterTriggerAuthentication']).optional(),
  }),
});

const scaledObject = z
  .strictObject({
    apiVersion: z.literal('keda.sh/v1alpha1'),
    kind: z.literal('ScaledObject'),
    metadata,
    spec: z.strictObject({
      scaleTargetRef: z.strictObject({
        name,
        apiVersion: z.string().optional(),
        kind: z.string().optional(),
        envSourceContainerName: name.optional(),
      }),
      pollingInterval: seconds.optional(),
      cooldownPeriod: seconds.optional(),
      initialCooldownPeriod: seconds.optional(),
      idleReplicaCount: z.int().min(0).optional(),
      minReplicaCount: z.int().min(0),
      maxReplicaCount: z.int().min(1),
      fallback: z.strictObject({ failureThreshold: z.int().min(1), replicas: z.int().min(1) }),
      advanced: z.strictObject({
        restoreToOriginalReplicaCount: z.boolean().optional(),
        horizontalPodAutoscalerConfig: z
          .strictObject({
            name: name.optional(),
            behavior: z.strictObject({ scaleDown: scaling.optional(), scaleUp: scaling.optional() }).optional(),
          })
          .optional(),
      }),
      triggers: z.array(temporalTrigger).min(1),
    }),
  })
  .refine(({ spec }) => spec.minReplicaCount <= spec.maxReplicaCount, 'least and most replicas')
  .refine(
    ({ spec }) => spec.fallback.replicas >= spec.minReplicaCount && spec.fallback.replicas <= spec.maxReplicaCount,
    'replicas of the fallback',
  );

const triggerAuthentication = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('TriggerAuthentication'),
  metadata,
  spec: z.strictObject({
    secretTargetRef: z
      .array(
        z.strictObject({
          /** Those of the scaler `temporal`. */
          parameter: z.enum(['apiKey', 'ca', 'cert', 'key', 'keyPassword']),
          name,
          key: z.string().min(1),
        }),
      )
      .min(1),
  }),
});

const kinds = z.discriminatedUnion('kind', [scaledObject, triggerAuthentication]);
const file = readFileSync(join(REPOSITORY, 'deploy', 'kubernetes', 'keda', 'worker-scaling.yaml'), 'utf8');
const manifests = (): unknown[] => parseAllDocuments(file, { merge: true }).map((document) => document.toJS());

test('every manifest is of a kind of KEDA, with its members and nothing else', () => {
  expect(manifests().map((one) => kinds.parse(one).kind)).toEqual(['ScaledObject', 'TriggerAuthentication']);
});

type Json = Record<string, never>;
const [scaled, authentication] = manifests() as [Json, Json];
/** The manifest with another value at one place; undefined takes the member out. */
const changed = (manifest: Json, path: readonly (string | number)[], value: unknown): unknown => {
  const copy = structuredClone(manifest);
  let at: Record<string | number, unknown> = copy;
  for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
};

test.each([
  [scaled, ['apiVersion'], 'keda.sh/v1'],
  [scaled, ['kind'], 'ScaledObjects'],
  [scaled, ['spec', 'scaleTargetRef', 'nam'], 'checkout-worker'],
  [scaled, ['spec', 'scaleTargetRef', 'name'], undefined],
  [scaled, ['spec', 'minReplicas'], 2],
  [scaled, ['spec', 'minReplicaCount'], 13],
  [scaled, ['spec', 'maxReplicaCount'], '12'],
  [scaled, ['spec', 'fallback', 'failureThreshold'], undefined],
  [scaled, ['spec', 'fallback', 'replicas'], 1],
  [scaled, ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behaviour'], {}],
  [
    scaled,
    ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior', 'scaleDown', 'stabilizationWindowSeconds'],
    3_601,
  ],
  [scaled, ['spec', 'triggers'], []],
  [scaled, ['spec', 'triggers', 0, 'type'], 'temporal-queue'],
  // A number that is no text: KEDA refuses the whole object.
  [scaled, ['spec', 'triggers', 0, 'metadata', 'targetQueueSize'], 50],
  [scaled, ['spec', 'triggers', 1, 'metadata', 'queueTypes'], 'activities'],
  [scaled, ['spec', 'triggers', 1, 'metadata', 'address'], 'temporal:7233'],
  [scaled, ['spec', 'triggers', 2, 'metadata', 'endpoint'], 'temporal'],
  [scaled, ['spec', 'triggers', 2, 'authenticationRef', 'name'], undefined],
  [scaled, ['spec', 'triggers', 0, 'metadata', 'workerDeploymentName'], DEPLOYMENT_NAME],
  [scaled, ['spec', 'triggers', 0, 'metadata', 'workerDeploymentBuildId'], 'NEW'],
  [authentication, ['spec', 'secretTargetRef', 0, 'parameter'], 'tls'],
  [authentication, ['spec', 'secretTargetRef', 0, 'key'], undefined],
  [authentication, ['spec', 'secretTargetRefs'], []],
] as const)('%#: a manifest with another %s is refused', (manifest, path, value) => {
  expect(kinds.safeParse(changed(manifest, path, value)).success).toBe(false);
});

test('what a versioned deployment adds is written there, under the name that the workers have', () => {
  const [, added = ''] = /With WORKER_BUILD_ID[^\n]*\n((?:\s+# worker\w+: [^\n]+\n)+)/.exec(file) ?? [];
  const members = [...added.matchAll(/# (\w+): (.+)/g)].map(([, member = '', value = '']) => [member, value] as const);
  const at = ['spec', 'triggers', 0, 'metadata'] as const;
  const versioned = members.reduce<unknown>(
    (manifest, [member, value]) => changed(manifest as Json, [...at, member], value),
    scaled,
  );
  expect(members.map(([member]) => member)).toEqual(['workerDeploymentName', 'workerDeploymentBuildId']);
  expect(kinds.safeParse(versioned).error).toBeUndefined();
});
