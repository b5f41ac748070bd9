// Weak to strong, where an answer is a move of a game.

import { gameMethods, gameNamed, gamePresets, games } from '@nanoalign/experiments'
import { weakToStrongPaper as paper } from '../report/papers.ts'
import { hrefOf } from '../router.ts'
import { CheckList, NumberList, Select } from '../study/fields.tsx'
import { PresetSelect, Setup } from '../study/setup.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { config } from './config.ts'
import { session } from './session.ts'

export function GamesPage() {
  return (
    <StudyPage
      session={session}
      title="Can a weak player raise a stronger one?"
      lede={
        <>
          Models read thousands of games. A small one is shown the best moves of some puzzles, then solves others, with
          mistakes; a larger one learns from those moves only. Puzzles have one provably best move, so every answer can
          be checked.
        </>
      }
      source={
        <>
          After the chess puzzles of Burns et al. 2023, <a href={`${paper}#section.4`}>section 4</a>, and their easy and
          hard ones, <a href={`${paper}#appendix.C`}>appendix C</a>. The same question on facts about words is on{' '}
          <a href={hrefOf('')}>the first page</a>.
        </>
      }
      startLabel={({ game }) => `Start with ${game}`}
      taste={{ game: 'board', ...gamePresets('board').smoke }}
      lossAbout={
        <>
          How surprised a model is by the next word, in nats: first reading games, then learning the best moves of
          puzzles (<a href={`${paper}#subsection.4.1`}>section 4.1</a> of the paper).
        </>
      }
      formTitle="Game, models, seeds and methods"
      form={(options, change) => {
        const sizes = Object.keys(gameNamed(options.game).sizes)
        return (
          <Setup>
            <Select
              label="Game"
              hint={gameNamed(options.game).about}
              value={options.game}
              choices={games.map(({ name }) => name)}
              change={(game) => change(config.preset(config.presetOf(options) ?? 'quick', { ...options, game }))}
            />
            <PresetSelect config={config} options={options} change={change} />
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
          </Setup>
        )
      }}
    />
  )
}
