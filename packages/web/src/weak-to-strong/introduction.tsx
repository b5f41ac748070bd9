import { weakToStrongPaper as paper } from '../report/papers.ts'
import { hrefOf } from '../router.ts'

/** Three sentences on what can be seen here, and where the paper says it; without the latter while a run is shown. */
export function Introduction({ short }: { short: boolean }) {
  return (
    <section class="introduction">
      <h1>Can a weak teacher raise a stronger student?</h1>
      <p class="lede">
        A small language model learns a task and labels new examples, with mistakes. A larger model learns from those
        labels only. Watch, on your own GPU, whether it ends up better than its teacher, and how much of the gap to a
        model that learned from the truth it recovers.
      </p>
      {!short && (
        <p class="note">
          After Burns et al. 2023, <em>Weak-to-Strong Generalization</em>:{' '}
          <a href={`${paper}#section.3`}>the method and PGR (section 3)</a>,{' '}
          <a href={`${paper}#subsection.4.2`}>finetuning on weak labels (4.2)</a>,{' '}
          <a href={`${paper}#subsection.4.3`}>the confidence loss (4.3)</a>,{' '}
          <a href={`${paper}#subsection.5.1`}>imitation of the teacher’s errors (5.1)</a>. The same on{' '}
          <a href={hrefOf('games')}>chess and board games</a>. Everything is computed in this tab; nothing is sent
          anywhere.
        </p>
      )}
    </section>
  )
}
