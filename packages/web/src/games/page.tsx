// Weak to strong, where an answer is a move of a game.

import { gameMethods, gameNamed, games, type Report } from '@nanoalign/experiments'
import { weakToStrongPaper as paper } from '../report/papers.ts'
import { hrefOf } from '../router.ts'
import { CheckList, NumberList, Select } from '../study/fields.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { fromQuery, type PresetName, preset, presetNames, presetOf, readQuery } from './config.ts'
import { session } from './session.ts'

export function GamesPage() {
  return (
    <StudyPage
      session={session}
      introduction={(running) => (
        <section class="introduction">
          <h1>Can a weak player raise a stronger one?</h1>
          <p class="lede">
            Models read thousands of games. A small one is shown the best moves of some puzzles, then solves others,
            with mistakes; a larger one learns from those moves only. Puzzles have one provably best move, so every
            answer can be checked.
          </p>
          {!running && (
            <p class="note">
              After the chess puzzles of Burns et al. 2023, <a href={`${paper}#section.4`}>section 4</a>, and their easy
              and hard ones, <a href={`${paper}#appendix.C`}>appendix C</a>. The same question on facts about words is
              on <a href={hrefOf('')}>the first page</a>.
            </p>
          )}
        </section>
      )}
      fromQuery={fromQuery}
      readQuery={readQuery}
      reference={async () => (await import('../reference/games.json')).default as unknown as Report}
      startLabel={({ game }) => `Start with ${game}`}
      taste={preset('board', 'smoke')}
      formTitle="Game, models, seeds and methods"
      form={(options, change) => {
        const sizes = Object.keys(gameNamed(options.game).sizes)
        return (
          <form class="setup" onSubmit={(event) => event.preventDefault()}>
            <Select
              label="Game"
              hint={gameNamed(options.game).about}
              value={options.game}
              choices={games.map(({ name }) => name)}
              change={(game) => change(preset(game, presetOf(options) ?? 'quick'))}
            />
            <Select
              label="Preset"
              value={presetOf(options) ?? ''}
              choices={presetNames}
              change={(name) => change(preset(options.game, name as PresetName))}
            />
            <Select
              label="Weak model (the teacher)"
              value={options.weak}
              choices={sizes}
              change={(weak) => change({ ...options, weak })}
            />
            <Select
              label="Strong model (the student)"
              value={options.strong}
              choices={sizes}
              change={(strong) => change({ ...options, strong })}
            />
            <NumberList label="Seeds" values={options.seeds} change={(seeds) => change({ ...options, seeds })} />
            <CheckList
              legend="How the student learns from the weak moves"
              choices={gameMethods.map(({ name, about }) => ({ name, about, disabled: name === 'naive' }))}
              chosen={options.methods}
              change={(methods) => change({ ...options, methods })}
            />
          </form>
        )
      }}
    />
  )
}
