import type { ASTNode } from '@marcbachmann/cel-js';

/** Comments and strings, which may contain parentheses, and the parentheses themselves. */
const commentsStringsAndParentheses = /\/\/[^\n]*|("""|'''|"|')(?:\\[^]|(?!\1)[^])*\1|[()]/g;

/** The parts of `a && b && c`, in order, as the author wrote them; the whole expression if it has no such parts. */
export function clauseSources(source: string, root: ASTNode): readonly string[] {
  const pairs = parenthesesIn(source);
  return conjuncts(root).map((node) => {
    let { start, end } = node;
    // The CEL library leaves parentheses at the edges out of a node: `!(a)` ends before `)`, `(a).b` starts after `(`.
    for (const [open, close] of pairs) {
      const opensInside = open >= node.start && open < node.end;
      const closesInside = close >= node.start && close < node.end;
      if (opensInside) end = Math.max(end, close + 1);
      if (closesInside) start = Math.min(start, open);
    }
    return source.slice(start, end);
  });
}

function conjuncts(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap((part) => conjuncts(part)) : [node];
}

/** The positions of each pair of parentheses. */
function parenthesesIn(source: string): readonly (readonly [open: number, close: number])[] {
  const unclosed: number[] = [];
  return [...source.matchAll(commentsStringsAndParentheses)].flatMap(({ 0: token, index }) => {
    if (token === '(') unclosed.push(index);
    const open = token === ')' ? unclosed.pop() : undefined;
    return open === undefined ? [] : [[open, index] as const];
  });
}
