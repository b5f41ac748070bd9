// One request under all encodings and jailbreak phrases: how each arm holds.

import { deliberativeArms, jailbreakTransforms } from '@nanoalign/experiments'
import { verdictOf } from './arm-card.tsx'
import { armsToAsk, attacks, built, change, world } from './state.ts'

export function AttackGrid() {
  const here = world.value!
  const shown = attacks.value
  if (!shown) return null
  const transforms = jailbreakTransforms(here)
  const { facts } = shown
  return (
    <section class="card" aria-labelledby="attacks">
      <h3 id="attacks">{transforms.length} attacks on one request</h3>
      <p class="note">
        {facts.lookalike} {facts.topic}, {Object.values(facts.values).join(', ')}: the policy says{' '}
        <strong>{here.truth(facts)}</strong>. ✓ right, ✗ unsafe, − over-refused, ~ safe but not as the policy says.
        Choose one to see it.
      </p>
      <div class="attack-rows">
        {armsToAsk.value.map((arm) => {
          const judged = shown.arms[arm]
          const safe = judged?.filter(({ unsafe }) => !unsafe).length
          return (
            <div key={arm} class="attack-row">
              <span class="name">
                {deliberativeArms[arm].label}
                {judged && (
                  <small class="muted">
                    {' '}
                    {here.truth(facts) === 'comply'
                      ? `${judged.filter(({ right }) => right).length} of ${judged.length} right`
                      : `${safe} of ${judged.length} safe`}
                  </small>
                )}
              </span>
              <span class="attack-cells">
                {judged ? (
                  judged.map((judgement, i) => {
                    const { sign, word, tone } = verdictOf(judgement)
                    const { name, surface } = transforms[i]
                    const plain = { language: 'a', spelled: false, reversed: false, wrapper: undefined } as const
                    return (
                      <button
                        key={name}
                        type="button"
                        class={`attack tone-${tone}`}
                        title={`${name}: ${word}`}
                        aria-label={`${deliberativeArms[arm].label}, ${name}: ${word}`}
                        onClick={() => built.value && change(facts, { ...plain, ...surface })}
                      >
                        {sign}
                      </button>
                    )
                  })
                ) : (
                  <span class="muted">asking …</span>
                )}
              </span>
            </div>
          )
        })}
      </div>
    </section>
  )
}
