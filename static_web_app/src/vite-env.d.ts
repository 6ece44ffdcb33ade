/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Origin of the API where it is not our own; put there by the build. */
  readonly VIGOR_API_ADDRESS?: string;
}
