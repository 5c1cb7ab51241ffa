// Names and values between Kysely and the entities. MikroORM's own plugin translates the query; its translation of results goes by
// bare column names, which is wrong as soon as two joined tables share one (`id`) or a column has another name. This one goes by
// what each selected expression refers to.
import { type EntityMetadata, type EntityProperty, MikroKyselyPlugin, ReferenceKind } from '@mikro-orm/postgresql';
import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  ReferenceNode,
  type RootOperationNode,
  SelectAllNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  type UnknownRow,
  type WithNode,
} from 'kysely';
import type { Em } from './orm.ts';

export const NAMING = { tableNamingStrategy: 'entity', columnNamingStrategy: 'property', convertValues: true } as const;

/** What a name in FROM stands for: an entity, or a subquery with the names that it can see. */
type Source = EntityMetadata | Subquery;
interface Subquery {
  query: SelectQueryNode;
  outer: Scope;
}
type Scope = ReadonlyMap<string, Source>;

export class EntityPlugin implements KyselyPlugin {
  readonly #em: Em;
  readonly #naming: MikroKyselyPlugin;
  readonly #outputs = new WeakMap<QueryId, ReadonlyMap<string, EntityProperty>>();

  constructor(em: Em) {
    this.#em = em;
    this.#naming = new MikroKyselyPlugin(em, NAMING);
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    const outputs = new Map<string, EntityProperty>();
    const named = this.#nameOutputs(node, outputs);
    this.#outputs.set(queryId, outputs);
    return this.#naming.transformQuery({ node: named, queryId });
  }

  async transformResult({ result, queryId }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const outputs = [...(this.#outputs.get(queryId) ?? [])];
    if (outputs.length === 0) return result;
    const platform = this.#em.getPlatform();
    const convert = (property: EntityProperty, value: unknown): unknown => {
      if (value === null || value === undefined) return value;
      if (property.customType) return property.customType.convertToJSValue(value, platform);
      return property.runtimeType === 'Date' && typeof value === 'string' ? platform.parseDate(value) : value;
    };
    const rows = result.rows.map((row) => {
      const converted = { ...row };
      for (const [name, property] of outputs) converted[name] = convert(property, row[name]);
      return converted;
    });
    return { ...result, rows };
  }

  /** Gives every selected column its property's name, and notes which property it is. */
  #nameOutputs(node: RootOperationNode, outputs: Map<string, EntityProperty>): RootOperationNode {
    if (SelectQueryNode.is(node)) {
      if (!node.selections) return node;
      return { ...node, selections: this.#nameSelections(node.selections, this.#scopeOf(node, new Map()), outputs) };
    }
    if (!('returning' in node) || !node.returning) return node;
    const scope = new Map<string, Source>();
    this.#addCtes(scope, node.with);
    if ('into' in node && node.into) this.#addSource(scope, node.into);
    if ('table' in node && node.table) this.#addSource(scope, node.table);
    if ('from' in node && node.from) for (const from of node.from.froms) this.#addSource(scope, from);
    const selections = this.#nameSelections(node.returning.selections, scope, outputs);
    return { ...node, returning: { ...node.returning, selections } };
  }

  #nameSelections(
    selections: readonly SelectionNode[],
    scope: Scope,
    outputs: Map<string, EntityProperty>,
  ): SelectionNode[] {
    return selections.flatMap(({ selection }) => {
      if (isSelectAll(selection)) return this.#expandAll(selection, scope, outputs);
      const reference = AliasNode.is(selection) ? selection.node : selection;
      if (!ReferenceNode.is(reference) || !ColumnNode.is(reference.column)) return [SelectionNode.create(selection)];
      const name = AliasNode.is(selection) ? identifierName(selection.alias) : reference.column.column.name;
      const property = this.#propertyOf(reference, scope);
      if (name !== undefined && property) outputs.set(name, property);
      if (AliasNode.is(selection) || name === undefined) return [SelectionNode.create(selection)];
      return [SelectionNode.create(AliasNode.create(reference, IdentifierNode.create(name)))];
    });
  }

  /** `select *` of an entity as its columns; of a subquery as it is. */
  #expandAll(
    selection: SelectAllNode | ReferenceNode,
    scope: Scope,
    outputs: Map<string, EntityProperty>,
  ): SelectionNode[] {
    const table = ReferenceNode.is(selection) ? selection.table : undefined;
    const source = table ? scope.get(tableName(table) ?? '') : scope.size === 1 ? [...scope.values()][0] : undefined;
    if (!source || isSubquery(source)) {
      throw new Error('Select columns by name: what `*` stands for here cannot be told');
    }
    return source.props.filter(isColumn).map((property) => {
      outputs.set(property.name, property);
      const reference = ReferenceNode.create(ColumnNode.create(property.name), table);
      return SelectionNode.create(AliasNode.create(reference, IdentifierNode.create(property.name)));
    });
  }

  /** The property behind a column, through subqueries; undefined for what is computed. */
  #propertyOf(reference: ReferenceNode, scope: Scope): EntityProperty | undefined {
    if (!ColumnNode.is(reference.column)) return undefined;
    const column = reference.column.column.name;
    if (reference.table) {
      const source = scope.get(tableName(reference.table) ?? '');
      return source && this.#propertyIn(source, column);
    }
    for (const source of scope.values()) {
      const property = this.#propertyIn(source, column);
      if (property) return property;
    }
    return undefined;
  }

  #propertyIn(source: Source, column: string): EntityProperty | undefined {
    if (!isSubquery(source)) return source.props.find(({ name }) => name === column);
    const scope = this.#scopeOf(source.query, source.outer);
    for (const { selection } of source.query.selections ?? []) {
      const reference = AliasNode.is(selection) ? selection.node : selection;
      if (!ReferenceNode.is(reference) || !ColumnNode.is(reference.column)) continue;
      const name = AliasNode.is(selection) ? identifierName(selection.alias) : reference.column.column.name;
      if (name === column) return this.#propertyOf(reference, scope);
    }
    return undefined;
  }

  #scopeOf(query: SelectQueryNode, outer: Scope): Scope {
    const names = new Map(outer);
    this.#addCtes(names, query.with);
    const scope = new Map<string, Source>();
    for (const from of query.from?.froms ?? []) this.#addSource(scope, from, names);
    for (const { table } of query.joins ?? []) this.#addSource(scope, table, names);
    return scope;
  }

  #addCtes(names: Map<string, Source>, node: WithNode | undefined): void {
    for (const { name, expression } of node?.expressions ?? []) {
      const cte = tableName(name.table);
      if (cte !== undefined && isSelect(expression)) names.set(cte, { query: expression, outer: new Map(names) });
    }
  }

  #addSource(scope: Map<string, Source>, node: OperationNode, names: Scope = new Map(scope)): void {
    const target = AliasNode.is(node) ? node.node : node;
    const own = tableName(target);
    const name = AliasNode.is(node) ? identifierName(node.alias) : own;
    const source =
      own === undefined
        ? isSelect(target)
          ? { query: target, outer: names }
          : undefined
        : (names.get(own) ?? this.#em.getMetadata().getByClassName(own, false));
    if (name !== undefined && source) scope.set(name, source);
  }
}

const isSelect = (node: OperationNode): node is SelectQueryNode => SelectQueryNode.is(node);
const isSubquery = (source: Source): source is Subquery => 'query' in source;
const isSelectAll = (node: OperationNode): node is SelectAllNode | ReferenceNode =>
  SelectAllNode.is(node) || (ReferenceNode.is(node) && SelectAllNode.is(node.column));

const isColumn = ({ kind, persist, fieldNames }: EntityProperty): boolean =>
  persist !== false &&
  (fieldNames?.length ?? 0) > 0 &&
  (kind === ReferenceKind.SCALAR || kind === ReferenceKind.MANY_TO_ONE || kind === ReferenceKind.ONE_TO_ONE);

const identifierName = (node: OperationNode): string | undefined => (IdentifierNode.is(node) ? node.name : undefined);

const tableName = (node: OperationNode): string | undefined =>
  TableNode.is(node) ? node.table.identifier.name : undefined;
