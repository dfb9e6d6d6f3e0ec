import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { GraphJson, GraphNodeJson } from "../../../src/report/graph/graph-output.ts";
import type { UiAgent, UiState } from "../../../src/ui/protocol.ts";
import { layoutGraph, type GraphLayout, type PlacedNode } from "./graph-layout.ts";
import { Mark, NoAgents } from "../parts.tsx";
import { useAnswer } from "../server/use-answer.ts";
import { counted, needsYou, signOf, type Sign } from "../words.ts";
import { AnsweredBy } from "./answered.tsx";
import { shortened } from "../../../src/text/shortened.ts";

type Agents = ReadonlyMap<string, UiAgent>;

/** The order of starts: a drawing for the eye, and the same as a list. */
export function GraphView({ fleet }: { readonly fleet: UiState }): JSX.Element {
  const agents = useMemo(() => fleet.agents.filter(({ host }) => host === null), [fleet.agents]);
  const asked = useAnswer<GraphJson>("/api/graph", agents.map(({ action, name }) => name + action).join());
  const known = useMemo(() => new Map(agents.map((agent) => [agent.name, agent])), [agents]);
  return (
    <>
      <div class="page-head">
        <h1>Graph</h1>
        <p class="made">An agent starts after those that it depends on.</p>
      </div>
      <AnsweredBy
        asked={asked}
        show={(graph) => <Graph graph={graph} agents={known} file={fleet.fleet.file} />}
      />
    </>
  );
}

function Graph({
  graph,
  agents,
  file,
}: {
  readonly graph: GraphJson;
  readonly agents: Agents;
  readonly file: string;
}): JSX.Element {
  const layout = useMemo(() => layoutGraph(graph), [graph]);
  const { alone, placed } = layout;
  if (graph.nodes.length === 0) {
    return <NoAgents file={file} />;
  }
  return (
    <>
      {placed.length > 0 ? (
        <>
          <Drawing layout={layout} agents={agents} />
          <section>
            <h2>The same as a list</h2>
            <ol class="order">
              {placed.map(({ node }) => (
                <Ordered key={node.name} node={node} edges={graph.edges} agents={agents} />
              ))}
            </ol>
          </section>
        </>
      ) : (
        <p class="note">
          No agent waits for another one. <code>dependsOn: [planner]</code> starts an agent after the planner.
        </p>
      )}
      {alone.length > 0 && (
        <section>
          <h2>{placed.length > 0 ? "Without an order" : "Agents"}</h2>
          <ul class="alone">
            {alone.map((node) => (
              <li key={node.name}>
                <NodeLink node={node} agents={agents} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Measures of the drawing, px. */
const node = { width: 188, height: 50 };
const nodeGap = { x: 72, y: 16 };
/** The drawing shrinks to the page as far as its text can be read, and then it scrolls. */
const leastScale = 0.75;

/** The drawing. Its content is in the list, too, so it is for the eye and the mouse alone. */
function Drawing({ layout, agents }: { readonly layout: GraphLayout; readonly agents: Agents }): JSX.Element {
  const { columns, edges, placed, rows } = layout;
  const height = rows * (node.height + nodeGap.y) - nodeGap.y + 2;
  const width = columns * (node.width + nodeGap.x) - nodeGap.x + 2;
  const inColumn = new Map<number, number>();
  for (const { column } of placed) inColumn.set(column, (inColumn.get(column) ?? 0) + 1);
  const place = ({ column, row }: PlacedNode): readonly [x: number, y: number] => {
    const own = (inColumn.get(column) ?? 0) * (node.height + nodeGap.y) - nodeGap.y;
    return [
      1 + column * (node.width + nodeGap.x),
      1 + (height - 2 - own) / 2 + row * (node.height + nodeGap.y),
    ];
  };
  const places = new Map(placed.map((each) => [each.node.name, place(each)]));
  return (
    // A box that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div class="drawing" role="region" aria-label="Drawing of the order" tabIndex={0}>
      <svg
        aria-hidden="true"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        style={{ minWidth: `${Math.round(width * leastScale)}px` }}
      >
        {edges.map(({ after, agent }) => {
          const [[x1, y1], [x2, y2]] = [places.get(after) ?? [0, 0], places.get(agent) ?? [0, 0]];
          const [from, to, half] = [x1 + node.width, x2, node.height / 2];
          const bend = Math.max(24, (to - from) / 2);
          return (
            <path
              key={`${after} ${agent}`}
              class="edge"
              d={`M${from} ${y1 + half}C${from + bend} ${y1 + half} ${to - bend} ${y2 + half} ${to} ${y2 + half}`}
            />
          );
        })}
        {placed.map((each) => {
          const [x, y] = places.get(each.node.name) ?? [0, 0];
          const { sign, text } = stateOf(each.node, agents);
          return (
            <a key={each.node.name} href={hrefOf(each.node)} tabindex={-1} class={`node ${sign}`}>
              <title>{`${each.node.name}: ${text}`}</title>
              <rect x={x} y={y} width={node.width} height={node.height} rx="8" />
              <text x={x + 14} y={y + 21} class="node-name">
                {shortened(each.node.name, 21)}
              </text>
              <text x={x + 14} y={y + 39} class="node-state">
                {shortened(text, 27)}
              </text>
            </a>
          );
        })}
      </svg>
    </div>
  );
}

function Ordered({
  node: own,
  edges,
  agents,
}: {
  readonly node: GraphNodeJson;
  readonly edges: GraphJson["edges"];
  readonly agents: Agents;
}): JSX.Element {
  const after = edges.filter(({ agent }) => agent === own.name).map((edge) => edge.after);
  return (
    <li>
      <NodeLink node={own} agents={agents} />
      {after.length > 0 && <span class="muted">, starts after {after.join(", ")}</span>}
    </li>
  );
}

function NodeLink({
  node: own,
  agents,
}: {
  readonly node: GraphNodeJson;
  readonly agents: Agents;
}): JSX.Element {
  const { sign, text } = stateOf(own, agents);
  return (
    <a href={hrefOf(own)} data-stop class="node-link">
      <Mark sign={sign} /> <strong>{own.name}</strong> <span class="muted">{text}</span>
    </a>
  );
}

function hrefOf({ agents, name }: GraphNodeJson): string {
  return agents.length === 1 ? `/agents/${agents[0]}` : `/?q=${name.replace("*", "")}`;
}

/** The signs that a node of several agents shows, the worst first. */
const worst: readonly Sign[] = ["you", "failed", "missing", "moving", "paused", "off", "later", "ok"];

function stateOf(
  { agents: names }: GraphNodeJson,
  agents: Agents,
): { readonly sign: Sign; readonly text: string } {
  const found = names.flatMap((name) => agents.get(name) ?? []);
  const [first] = found;
  if (first === undefined) return { sign: "missing", text: "not there" };
  if (names.length === 1)
    return { sign: signOf(first), text: needsYou(first) ? "needs you" : first.stateText };
  const counts = new Map<string, number>();
  for (const agent of found) {
    const word = needsYou(agent) ? "need you" : agent.state;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const signs = new Set(found.map(signOf));
  const text = [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
  return {
    sign: worst.find((sign) => signs.has(sign)) ?? signOf(first),
    text:
      counts.size === 1 && !counts.has("need you")
        ? `${counted(names.length, "agent")} ${[...counts.keys()][0]}`
        : text,
  };
}
