import { gameWeakToStrong } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy({ study: 'games', run: gameWeakToStrong })
