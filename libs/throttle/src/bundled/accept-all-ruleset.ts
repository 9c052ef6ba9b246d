/** charts/antenna/files/throttle-rules/accept-all.yaml, word for word. */
export const acceptAllRuleset = String.raw`# Accepts every crash report. For products that want all of their reports, and for trying Antenna out.
# Format: docs/throttling.md.
apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: accept_everything
    description: Save and publish every report
    match: 'true'
    result: accept
`;
