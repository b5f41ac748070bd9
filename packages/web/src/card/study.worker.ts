import { type CardOptions, type CardResult, defaultWorld, systemCard } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<CardOptions, CardResult>({
  study: 'card',
  run: (tools, options) => systemCard(tools, options, defaultWorld),
})
