// The games by name. To add one: a file like board-games.ts, and its name in the list.

import { lineBoard, misere } from './board-games.ts'
import { chess } from './chess-game.ts'
import type { Game } from './game.ts'

export const games: readonly Game[] = [lineBoard, misere, chess]

export function gameNamed(name: string): Game {
  const found = games.find((game) => game.name === name)
  if (!found) throw new Error(`game "${name}" is not one of ${games.map((game) => game.name).join(', ')}`)
  return found
}
