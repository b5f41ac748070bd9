// The specification, with the clauses marked that the followed thought quotes, and the one that really decides.

import { clauseTexts, deliberativeArms } from '@nanoalign/experiments'
import { answered, citations, factsOf, followed, request, world } from './state.ts'

export function Specification() {
  const here = world.value!
  const tokens = answered.value ?? request.value.tokens
  const facts = factsOf(here, tokens)
  const truth = facts && here.category(facts)
  const cited = citations.value
  const open = cited?.category ?? truth
  return (
    <section class="card specification" aria-labelledby="specification">
      <h3 id="specification">The specification</h3>
      <p class="note">
        No model has it in its prompt but the last. Marked: what {deliberativeArms[followed.value].label} quotes; the
        clause that decides has an arrow.
      </p>
      <div class="policies">
        {here.categories.map((name) => (
          <details key={name} open={name === open}>
            <summary>
              {name}
              {name === truth && <span class="muted"> (this request)</span>}
            </summary>
            <ol>
              {clauseTexts(here.policy(name), name === truth ? facts?.values : undefined).map(
                ({ text, decides }, i) => {
                  const here_ = cited?.category === name
                  const marks = [
                    here_ && cited.clauses.includes(i) && 'cited',
                    here_ && cited.now === i && 'now',
                    decides && 'decides',
                  ].filter(Boolean)
                  return (
                    <li key={text} class={marks.join(' ')}>
                      {decides && <span aria-hidden="true">→ </span>}
                      {text}
                      {decides && <span class="hidden"> (decides)</span>}
                      {marks.includes('cited') && <span class="hidden"> (quoted)</span>}
                    </li>
                  )
                },
              )}
            </ol>
          </details>
        ))}
      </div>
      {cited && truth && cited.category !== truth && (
        <p class="note">The thought takes the request for one about {cited.category}.</p>
      )}
      {cited?.clauses.includes(-1) && <p class="note">It also quotes a clause that is nowhere in the specification.</p>}
    </section>
  )
}
