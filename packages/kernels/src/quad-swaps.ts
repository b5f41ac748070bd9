/** WGSL, for subgroups of four lanes: number `i` gives a lane the value of the lane `own XOR i`; 0 is its own. */
export const QUAD_SWAPS = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal']
