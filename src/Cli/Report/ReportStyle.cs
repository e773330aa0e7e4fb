// The style sheet of the report.

namespace VaeFromScratch.Cli.Report;

internal static class ReportStyle
{
    // Colours of lines and marks are those of Okabe and Ito, "Color Universal Design" (2008); on a dark page the darkest ones are lighter.
    public const string Css = """
        :root { color-scheme: light dark; --text: #1c2024; --soft: #59636e; --line: #d5dae0; --back: #ffffff; --panel: #f4f6f8; --link: #0757ba;
          --normal: #0072b2; --anomalous: #d55e00; --c0: #0072b2; --c1: #c77f00; --c2: #009e73; --c3: #b4578f; --c4: #56a0d0; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --text: #e4e7eb; --soft: #9aa5b1; --line: #39424d; --back: #15181c; --panel: #1f242a; --link: #7db8f0;
            --normal: #4aa8e0; --anomalous: #f08a3c; --c0: #3d8fd1; --c1: #e69f00; --c2: #1fbf92; --c3: #cc79a7; --c4: #8fd0f5; }
        }
        * { box-sizing: border-box; }
        html { background: var(--back); color: var(--text); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif;
          -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; }
        main { max-width: 74rem; margin: 0 auto; padding: 0 1rem 3rem; overflow-wrap: break-word; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.5rem 0 1rem; }
        h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.75rem 0 1rem; padding-top: 0.9rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1rem; line-height: 1.3; margin: 1.25rem 0 0.5rem; }
        h3 small { display: block; font-weight: normal; color: var(--soft); }
        h4 { font-size: 0.95rem; line-height: 1.3; margin: 0.9rem 0 0.35rem; }
        p, ul, pre { margin: 0 0 0.8rem; }
        header p, figcaption p, section > p { max-width: 46rem; }
        a { color: var(--link); }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.4rem 1.1rem; padding: 0; list-style: none; }
        figure { margin: 0 0 1.5rem; }
        figcaption { margin-top: 0.75rem; font-size: 0.9375rem; }
        code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.85em; overflow-wrap: anywhere; }
        pre { padding: 0.7rem 0.9rem; background: var(--panel); white-space: pre-wrap; }
        .commands { color: var(--soft); font-size: 0.875rem; }

        .scroll { overflow-x: auto; max-width: 100%; margin-bottom: 1rem; }
        table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding-bottom: 0.3rem; }
        th, td { padding: 0.25rem 0.6rem; border: 1px solid var(--line); text-align: right; font-weight: normal; }
        th { background: var(--panel); }
        th[scope="row"] { text-align: left; white-space: nowrap; }
        th[scope="col"]:first-child { text-align: left; }
        .sums td { text-align: left; }
        .sums td:last-child { min-width: 17rem; }
        details { margin-bottom: 1rem; }
        summary { cursor: pointer; margin-bottom: 0.5rem; }

        .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 0.5rem 1.25rem; }
        .panel { min-width: 0; break-inside: avoid; }
        .panels:not(:has(> :nth-child(3))) { grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 26rem)); }
        .panel h3 { margin-top: 0.75rem; }
        .panel svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--text); font-size: 12.5px; }
        svg .digit { font-size: 15px; font-weight: 700; stroke: var(--back); stroke-width: 3.5px; paint-order: stroke; }
        svg .figure { font-weight: 600; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
        .area { stroke: none; fill-opacity: 0.25; }
        .normal { stroke: var(--normal); fill: var(--normal); }
        .anomalous { stroke: var(--anomalous); fill: var(--anomalous); }
        .line.anomalous { stroke-dasharray: 5 2.5; }
        .line.median { stroke-width: 1.5; stroke-dasharray: 1.5 3; }
        .line.normal, .line.anomalous { fill: none; }
        .area.normal { stroke: none; }
        .leader { stroke: var(--soft); stroke-width: 0.75; }
        .line.chance { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
        .dashed { stroke-dasharray: 6 3; }
        .marks { fill-opacity: 0.65; stroke-width: 0.4; }
        .marks.solid { fill-opacity: 1; stroke-dasharray: none; }
        .c0 { stroke: var(--c0); fill: var(--c0); }
        .c1 { stroke: var(--c1); fill: var(--c1); }
        .c2 { stroke: var(--c2); fill: var(--c2); }
        .c3 { stroke: var(--c3); fill: var(--c3); }
        .c4 { stroke: var(--c4); fill: var(--c4); }
        .line.c0, .line.c1, .line.c2, .line.c3, .line.c4 { fill: none; }
        .heldout { stroke: var(--anomalous); stroke-width: 1.6; fill: none; }
        .legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1rem; font-size: 0.9rem; }
        .key { display: inline-flex; align-items: center; gap: 0.35rem; white-space: nowrap; }
        .key svg { width: 1.1rem; height: 1.1rem; }
        .key svg.wide { width: 2rem; }

        .maps { gap: 1rem 1.5rem; }
        .maps > * { min-width: 0; }
        .map { width: 100%; }
        .map td { text-align: center; min-width: 3.6rem; padding: 0.35rem 0.2rem; }
        .map th { text-align: center; padding: 0.25rem 0.2rem; white-space: nowrap; }
        .map small { display: block; font-size: 0.72rem; line-height: 1.2; }
        .map .none { color: var(--soft); }
        .scale { display: flex; max-width: 24rem; font-size: 0.85rem; text-align: center; }
        .scale span { flex: 1; padding: 0.1rem 0; }

        .claims { padding: 0; list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 0.25rem 2rem; }
        .claims li { break-inside: avoid; }
        .claims p { margin-bottom: 0.4rem; font-size: 0.9375rem; }
        .verdict span { display: inline-block; padding: 0 0.5rem; border: 2px solid; border-radius: 1rem; font-weight: 600; white-space: nowrap; }
        .verdict .holds { border-color: var(--c0); }
        .verdict .contradicted { border-color: var(--anomalous); }
        .verdict .open { border-color: var(--soft); border-style: dashed; }

        .images { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; padding: 0; list-style: none; }
        .images li { font-size: 0.8rem; line-height: 1.3; break-inside: avoid; }
        .images img { width: 3.5rem; height: 3.5rem; margin-right: 2px; image-rendering: pixelated; border: 1px solid var(--line); }
        .images span { display: block; }

        @media (min-width: 62rem) {
          .group { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; }
        }
        @media (max-width: 30rem) {
          th, td { padding: 0.2rem 0.4rem; }
          .images { gap: 0.5rem 0.6rem; }
          .images img { width: 3.2rem; height: 3.2rem; }
        }
        @media print {
          html { font-size: 10pt; }
          main { max-width: none; padding: 0; }
          nav { display: none; }
          h2, h3, h4 { break-after: avoid; }
          .panels, .panels:not(:has(> :nth-child(3))) { grid-template-columns: repeat(3, 1fr); }
          .panels.maps, .panels.maps:not(:has(> :nth-child(3))) { grid-template-columns: repeat(2, 1fr); }
          .map td, .scale span, .images img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          tr, table.map { break-inside: avoid; }
          .scroll { overflow: visible; }
          details::details-content { content-visibility: visible; block-size: auto; }
        }

        """;
}
