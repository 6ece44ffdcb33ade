#!/bin/bash
# Fetches what an earlier deployment put on Azure, by the GitHub CLI, from the artefacts of its run.
#
#   release/last_good.sh SIZE FOLDER [RUN]     RUN is a run's id, or first (the default) or second, counted from the newest
#
# FOLDER gets the release, FOLDER-proved the times of its smoke test. Writes found=yes or found=no for later steps.
set -euo pipefail
size=${1:?say dev or prod} folder=${2:?name a folder} wanted=${3:-first}
found=no
case $wanted in
  first | second)
    skip=0
    [[ $wanted == first ]] || skip=1
    runs=$(gh run list --repo "$GITHUB_REPOSITORY" --workflow deploy.yml --status success --limit 40 --json databaseId --jq '.[].databaseId')
    ;;
  *) skip=0 runs=$wanted ;;
esac
for run in $runs; do
  rm -rf "$folder" "$folder-proved"
  # Only a run that proved itself in this environment has its times under this name.
  gh run download "$run" --repo "$GITHUB_REPOSITORY" --name "proved-$size" --dir "$folder-proved" 2>/dev/null || continue
  if [[ $skip -gt 0 ]]; then
    skip=$((skip - 1))
    continue
  fi
  if gh run download "$run" --repo "$GITHUB_REPOSITORY" --name release --dir "$folder"; then
    found=yes
    break
  fi
done
echo "found=$found" >> "${GITHUB_OUTPUT:-/dev/stdout}"
[[ $found == yes ]] || echo "There is no earlier release of $size to go back to."
