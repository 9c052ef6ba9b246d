/** charts/antenna/files/throttle-rules/mozilla.yaml, word for word: what ingest starts from when it knows no other rules. */
export const mozillaRuleset = String.raw`# The throttle rules for Mozilla's products. Format: docs/throttling.md.
# Rules are asked from top to bottom; the first one that matches decides.
apiVersion: antenna/v1
kind: ThrottleRuleset

lists:
  # Supported products, spelt as in ProductName.
  products:
    - Fenix
    - Firefox
    - Firefox Enterprise
    - Focus
    - MozillaVPN
    - ReferenceBrowser
    - Thunderbird
  # Supported values of Android_PackageName, by product. A product that is not named here is free.
  package_names:
    Fenix:
      - org.mozilla.firefox
      - org.mozilla.firefox_beta
      - org.mozilla.fenix # Nightly; the retired org.mozilla.fenix.nightly is not supported
    Focus:
      - org.mozilla.focus
      - org.mozilla.focus.beta
      - org.mozilla.focus.nightly
      - org.mozilla.klar # Focus as it is called in German-speaking countries
    ReferenceBrowser:
      - org.mozilla.reference.browser

rules:
  - name: has_old_buildid
    description: Refuse builds that are older than two years
    match: buildAgeDays(get("BuildID")) > 730
    result: reject

  - name: has_hangid_and_browser
    description: Refuse the browser's side of hang reports, which arrive as several reports
    match: has(annotations.HangID) && get("ProcessType", "browser") == "browser"
    result: reject

  - name: infobar_is_true
    description: Refuse reports that old Firefox versions sent from the infobar without being asked to
    match: >-
      get("ProductName") == "Firefox"
      && get("SubmittedFromInfobar") == "true"
      && get("Version").matches("^5[2-9]\\.")
      && get("BuildID") != "" && get("BuildID") < "20171226"
    result: reject

  - name: b2g
    description: Pretend to accept reports of B2G, which would send refused ones again for ever
    match: lower(get("ProductName")) == "b2g" && !("B2G" in products)
    result: fakeaccept

  - name: unsupported_product
    description: Refuse products that are not in the list
    match: '!(get("ProductName") in products)'
    result: reject

  - name: unsupported_packagename
    description: Refuse Android packages (forks, mostly) that are not listed for their product
    match: >-
      get("ProductName") in package_names
      && !(get("Android_PackageName") in package_names[get("ProductName")])
    result: reject

  - name: throttleable_0
    description: Keep reports that a user submitted from about:crashes
    match: get("Throttleable") == "0"
    result: accept

  - name: has_comments
    description: Keep reports with a comment of the user
    match: has(annotations.Comments)
    result: accept

  - name: has_phc
    description: Keep reports that the probabilistic heap checker found something for
    match: has(annotations.PHCKind)
    result: accept

  - name: is_background
    description: Keep reports of helper processes; they are few, and a sample of them is of no use
    match: get("ProcessType") in ["gpu", "plugin", "rdd", "socket", "utility"]
    result: accept

  - name: is_shutdownkill
    description: Keep a tenth of the content processes killed at shutdown; they are many and no real crashes
    match: get("ipc_channel_error") == "ShutDownKill"
    sample: { percent: 10, within: continue, beyond: reject }

  - name: is_firefox_esr_unsupported_windows
    description: Keep a quarter of Firefox ESR on Windows 8.1 and older
    match: >-
      get("ProductName") == "Firefox" && get("ReleaseChannel") == "esr"
      && json(get("TelemetryEnvironment")).?system.?os.?name.orValue("") == "Windows_NT"
      && type(json(get("TelemetryEnvironment")).?system.?os.?windowsBuildNumber.orValue("")) == int
      && json(get("TelemetryEnvironment")).system.os.windowsBuildNumber <= 9600
    sample: { percent: 25, within: continue, beyond: reject }

  - name: is_alpha_beta_esr
    description: Keep everything from the channels between Nightly and release, and from ESR
    match: get("ReleaseChannel") in ["aurora", "beta", "esr"]
    result: accept

  - name: is_nightly
    description: Keep everything from Nightly and its variants
    match: get("ReleaseChannel").startsWith("nightly")
    result: accept

  - name: is_firefox_desktop
    description: Keep a tenth of Firefox release on the desktop; there are more reports than anyone needs
    match: get("ProductName") == "Firefox" && get("ReleaseChannel") == "release"
    sample: { percent: 10, within: accept, beyond: reject }

  - name: accept_everything
    description: Keep what no rule above has decided
    match: 'true'
    result: accept
`;
