// Forced mates by exhaustive search: every move of the attacker against every reply.

import type { Move, Position } from './position.ts'

/** The moves that mate at once. */
export function matingMoves(position: Position): Move[] {
  return position.moves().filter((move) => {
    position.make(move)
    const mates = position.inCheck() && !position.canMove()
    position.takeBack()
    return mates
  })
}

/** Whether some move mates at once. */
export function canMate(position: Position): boolean {
  return position.moves().some((move) => {
    position.make(move)
    const mates = position.inCheck() && !position.canMove()
    position.takeBack()
    return mates
  })
}

function allowsMate(position: Position, reply: Move): boolean {
  position.make(reply)
  const allows = canMate(position)
  position.takeBack()
  return allows
}

/**
 * The first moves of forced mates in two: after each of them every reply allows a mate at once. The search ends when it
 * has found `enough`. Moves that mate at once are not among them.
 */
export function mateInTwoMoves(position: Position, enough = Number.POSITIVE_INFINITY): Move[] {
  const found: Move[] = []
  // the reply that defended against the last move often defends against the next one, so it is tried first
  let killer: Move | undefined
  for (const move of position.moves()) {
    position.make(move)
    const replies = position.moves()
    const first = replies.findIndex((reply) => reply.from === killer?.from && reply.to === killer.to)
    if (first > 0) replies.unshift(...replies.splice(first, 1))
    const defence = replies.find((reply) => !allowsMate(position, reply))
    position.takeBack()
    if (defence) killer = defence
    else if (replies.length > 0) found.push(move)
    if (found.length >= enough) break
  }
  return found
}

/** Whether a check forces mate in two: a cheap test that finds most of them. */
function checkForcesMate(position: Position): boolean {
  return position.moves().some((move) => {
    position.make(move)
    const forces = position.inCheck() && position.moves().every((reply) => allowsMate(position, reply))
    position.takeBack()
    return forces
  })
}

/**
 * A position's fastest mate, if it is in one or two moves and has one first move only. A mate in two is looked for where
 * some check forces one; whether its first move is the only one is then decided by exhaustive search.
 */
export function uniqueMate(position: Position): { move: Move; moves: 1 | 2 } | undefined {
  const now = matingMoves(position)
  if (now.length > 0) return now.length === 1 ? { move: now[0], moves: 1 } : undefined
  if (!checkForcesMate(position)) return undefined
  const later = mateInTwoMoves(position, 2)
  return later.length === 1 ? { move: later[0], moves: 2 } : undefined
}
