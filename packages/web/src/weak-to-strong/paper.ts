// Where the paper has the counterpart of each figure.

/** Burns et al. 2023, arXiv 2312.09390. */
export const paper = 'https://arxiv.org/pdf/2312.09390'

const sections: Record<string, { place: string; anchor: string }> = {
  'Performance gap recovered (PGR)': { place: 'section 3, the method and PGR', anchor: 'section.3' },
  'Weak supervisor, student and ceiling': { place: 'section 4.2, finetuning on weak labels', anchor: 'subsection.4.2' },
  'Accuracy during finetuning': { place: 'section 5.1, imitation of the weak supervisor', anchor: 'subsection.5.1' },
  'Every task and seed: what the student gains over its supervisor': {
    place: 'section 4.2, finetuning on weak labels',
    anchor: 'subsection.4.2',
  },
}

/** A line with a link to the paper's section, for below the figure of that title; empty for other figures. */
export function paperLink(title: string): string {
  if (!Object.hasOwn(sections, title)) return ''
  const { place, anchor } = sections[title]
  return `<p class="note">In the paper: <a href="${paper}#${anchor}">${place}</a></p>`
}
