// A chess position: board, legal moves, making and taking back moves. Written for speed (a mate search makes millions of
// moves); position.test.ts compares it with chess.js and with known perft counts.

/** 1 to 6 = pawn, knight, bishop, rook, queen, king of White; negative for Black; 0 = empty. */
export type Piece = number
export const PAWN = 1
export const KNIGHT = 2
export const BISHOP = 3
export const ROOK = 4
export const QUEEN = 5
export const KING = 6
export const PIECE_LETTERS = ' PNBRQK'

/** A square on a board of 16 columns (“0x88”): rank·16 + file, so that `square & 0x88` is 0 on the board alone. */
export type Square = number

export interface Move {
  from: Square
  to: Square
  /** the piece that a pawn becomes (KNIGHT to QUEEN), or 0 */
  promotion: number
  /** what stood on `to`, or the pawn taken in passing */
  captured: Piece
  kind: 'plain' | 'double' | 'in passing' | 'castling'
}

interface Undo {
  move: Move
  castling: number
  inPassing: Square
}

const KNIGHT_STEPS = [33, 31, 18, 14, -33, -31, -18, -14]
const BISHOP_STEPS = [17, 15, -17, -15]
const ROOK_STEPS = [16, 1, -16, -1]
const ALL_STEPS = [...ROOK_STEPS, ...BISHOP_STEPS]
const STEPS = [[], [], KNIGHT_STEPS, BISHOP_STEPS, ROOK_STEPS, ALL_STEPS, ALL_STEPS]
const START = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1'
/** Bits of `castling`: White short, White long, Black short, Black long. */
const CASTLING_LETTERS = 'KQkq'

/** Rights that are lost when something moves from or to a square. */
const RIGHTS_LOST = new Uint8Array(128)
RIGHTS_LOST[0x04] = 3
RIGHTS_LOST[0x07] = 1
RIGHTS_LOST[0x00] = 2
RIGHTS_LOST[0x74] = 12
RIGHTS_LOST[0x77] = 4
RIGHTS_LOST[0x70] = 8

export function squareName(square: Square): string {
  return 'abcdefgh'[square & 7] + ((square >> 4) + 1)
}

export class Position {
  readonly board = new Int8Array(128)
  /** 1: White moves, −1: Black moves */
  side: 1 | -1 = 1
  castling = 0
  /** the square behind a pawn that has just moved two squares, or −1 */
  inPassing: Square = -1
  /** of White, of Black */
  readonly kings: [Square, Square] = [-1, -1]
  readonly #undo: Undo[] = []

  /** @param fen Forsyth–Edwards notation; by default the start of a game */
  constructor(fen: string = START) {
    const [board, side, castling, inPassing] = fen.split(' ')
    board.split('/').forEach((row, r) => {
      let square = (7 - r) * 16
      for (const letter of row) {
        const piece = PIECE_LETTERS.indexOf(letter.toUpperCase())
        if (piece < 1) square += Number(letter)
        else this.#place(square++, letter === letter.toUpperCase() ? piece : -piece)
      }
    })
    this.side = side === 'w' ? 1 : -1
    for (const letter of castling) if (letter !== '-') this.castling |= 1 << CASTLING_LETTERS.indexOf(letter)
    if (inPassing !== '-') this.inPassing = inPassing.charCodeAt(0) - 97 + 16 * (Number(inPassing[1]) - 1)
  }

  #place(square: Square, piece: Piece): void {
    this.board[square] = piece
    if (piece === KING) this.kings[0] = square
    if (piece === -KING) this.kings[1] = square
  }

  /** Whether a piece of `by` could go to `square` if a piece of the other side stood there. */
  attacked(square: Square, by: 1 | -1): boolean {
    const { board } = this
    for (const step of [by * -15, by * -17]) {
      const from = square + step
      if (!(from & 0x88) && board[from] === by * PAWN) return true
    }
    for (const step of KNIGHT_STEPS) {
      const from = square + step
      if (!(from & 0x88) && board[from] === by * KNIGHT) return true
    }
    for (let s = 0; s < 8; s++) {
      const step = ALL_STEPS[s]
      const slider = s < 4 ? ROOK : BISHOP
      let from = square + step
      if (!(from & 0x88) && board[from] === by * KING) return true
      while (!(from & 0x88) && board[from] === 0) from += step
      if (from & 0x88) continue
      const piece = by * board[from]
      if (piece === slider || piece === QUEEN) return true
    }
    return false
  }

  /** Whether the side to move is in check. */
  inCheck(): boolean {
    return this.attacked(this.kings[this.side > 0 ? 0 : 1], -this.side as 1 | -1)
  }

  /** All legal moves, in a fixed order. */
  moves(): Move[] {
    const tied = this.#tied()
    return this.#candidates().filter((move) => this.#isLegal(move, tied))
  }

  /** Whether there is a legal move. */
  canMove(): boolean {
    const tied = this.#tied()
    return this.#candidates().some((move) => this.#isLegal(move, tied))
  }

  /** Squares from which a move may uncover the own king: those of pinned pieces and the king's; all (undefined) in check. */
  #tied(): Square[] | undefined {
    if (this.inCheck()) return undefined
    const { board, side } = this
    const king = this.kings[side > 0 ? 0 : 1]
    const tied = [king]
    for (let s = 0; s < 8; s++) {
      const step = ALL_STEPS[s]
      let at = king + step
      while (!(at & 0x88) && board[at] === 0) at += step
      if (at & 0x88 || side * board[at] < 0) continue
      const own = at
      do at += step
      while (!(at & 0x88) && board[at] === 0)
      if (at & 0x88) continue
      const piece = -side * board[at]
      if (piece === (s < 4 ? ROOK : BISHOP) || piece === QUEEN) tied.push(own)
    }
    return tied
  }

  #isLegal(move: Move, tied: Square[] | undefined): boolean {
    if (tied && move.kind !== 'in passing' && !tied.includes(move.from)) return true
    this.make(move)
    const { side } = this
    const legal = !this.attacked(this.kings[side > 0 ? 1 : 0], side)
    this.takeBack()
    return legal
  }

  /** Moves that may leave the own king in check. */
  #candidates(): Move[] {
    const { board, side } = this
    const all: Move[] = []
    const add = (from: Square, to: Square, kind: Move['kind'] = 'plain') => {
      const captured = kind === 'in passing' ? -side : board[to]
      const last = side > 0 ? 7 : 0
      if (board[from] === side * PAWN && to >> 4 === last)
        for (let promotion = QUEEN; promotion >= KNIGHT; promotion--) all.push({ from, to, promotion, captured, kind })
      else all.push({ from, to, promotion: 0, captured, kind })
    }
    for (let from = 0; from < 128; from++) {
      if (from & 0x88) continue
      const piece = side * board[from]
      if (piece <= 0) continue
      if (piece === PAWN) {
        const ahead = from + 16 * side
        if (board[ahead] === 0) {
          add(from, ahead)
          if (from >> 4 === (side > 0 ? 1 : 6) && board[ahead + 16 * side] === 0) add(from, ahead + 16 * side, 'double')
        }
        for (const to of [ahead - 1, ahead + 1]) {
          if (to & 0x88) continue
          if (side * board[to] < 0) add(from, to)
          else if (to === this.inPassing) add(from, to, 'in passing')
        }
        continue
      }
      for (const step of STEPS[piece])
        for (let to = from + step; !(to & 0x88); to += step) {
          if (side * board[to] <= 0) add(from, to)
          if (board[to] !== 0 || piece === KNIGHT || piece === KING) break
        }
      if (piece === KING) this.#addCastling(from, add)
    }
    return all
  }

  #addCastling(from: Square, add: (from: Square, to: Square, kind: Move['kind']) => void): void {
    const { board, side } = this
    const [short, long] = side > 0 ? [1, 2] : [4, 8]
    if (!(this.castling & (short | long))) return
    const enemy = -side as 1 | -1
    if (this.attacked(from, enemy)) return
    // the square that the king arrives on is checked with every other move
    if (this.castling & short && board[from + 1] === 0 && board[from + 2] === 0 && !this.attacked(from + 1, enemy))
      add(from, from + 2, 'castling')
    if (
      this.castling & long &&
      board[from - 1] === 0 &&
      board[from - 2] === 0 &&
      board[from - 3] === 0 &&
      !this.attacked(from - 1, enemy)
    )
      add(from, from - 2, 'castling')
  }

  make(move: Move): void {
    const { board, side } = this
    const { from, to, promotion, kind } = move
    this.#undo.push({ move, castling: this.castling, inPassing: this.inPassing })
    const piece = board[from]
    board[from] = 0
    board[to] = promotion ? side * promotion : piece
    if (piece === side * KING) this.kings[side > 0 ? 0 : 1] = to
    if (kind === 'in passing') board[to - 16 * side] = 0
    if (kind === 'castling') this.#moveRook(from, to, false)
    this.inPassing = kind === 'double' ? to - 16 * side : -1
    this.castling &= ~(RIGHTS_LOST[from] | RIGHTS_LOST[to])
    this.side = -side as 1 | -1
  }

  takeBack(): void {
    const last = this.#undo.pop()
    if (!last) throw new Error('Position.takeBack: no move has been made')
    const { board } = this
    const { from, to, promotion, captured, kind } = last.move
    this.side = -this.side as 1 | -1
    const { side } = this
    board[from] = promotion ? side * PAWN : board[to]
    board[to] = kind === 'in passing' ? 0 : captured
    if (board[from] === side * KING) this.kings[side > 0 ? 0 : 1] = from
    if (kind === 'in passing') board[to - 16 * side] = captured
    if (kind === 'castling') this.#moveRook(from, to, true)
    this.castling = last.castling
    this.inPassing = last.inPassing
  }

  /** What `look` finds if the side to move were the other one. */
  ifPassed<T>(look: () => T): T {
    const { inPassing } = this
    this.side = -this.side as 1 | -1
    this.inPassing = -1
    const found = look()
    this.side = -this.side as 1 | -1
    this.inPassing = inPassing
    return found
  }

  #moveRook(from: Square, to: Square, back: boolean): void {
    const [corner, beside] = to > from ? [from + 3, from + 1] : [from - 4, from - 1]
    const [start, end] = back ? [beside, corner] : [corner, beside]
    this.board[end] = this.board[start]
    this.board[start] = 0
  }

  /** The first four fields of the position's FEN. Two positions with one key have the same legal moves. */
  key(): string {
    const { board, side } = this
    let text = ''
    for (let rank = 7; rank >= 0; rank--) {
      let empty = 0
      for (let file = 0; file < 8; file++) {
        const piece = board[rank * 16 + file]
        if (piece === 0) {
          empty++
          continue
        }
        if (empty > 0) text += empty
        empty = 0
        const letter = PIECE_LETTERS[Math.abs(piece)]
        text += piece > 0 ? letter : letter.toLowerCase()
      }
      if (empty > 0) text += empty
      if (rank > 0) text += '/'
    }
    let rights = ''
    for (let bit = 0; bit < 4; bit++) if (this.castling & (1 << bit)) rights += CASTLING_LETTERS[bit]
    // a pawn that nothing can take in passing makes no difference
    const taker = [this.inPassing - 16 * side - 1, this.inPassing - 16 * side + 1]
    const matters = this.inPassing >= 0 && taker.some((from) => !(from & 0x88) && board[from] === side * PAWN)
    return `${text} ${side > 0 ? 'w' : 'b'} ${rights || '-'} ${matters ? squareName(this.inPassing) : '-'}`
  }
}
