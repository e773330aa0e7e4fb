// The sample drawn inside the graph, where no gradient passes, and with its noise outside, where it does.

namespace VaeFromScratch.Docs.Figures;

internal static class ReparameterizationFigure
{
    private const int Height = 424;
    private const double PanelWidth = 334, NodeWidth = 76, NodeHeight = 40;

    public static string Draw()
    {
        var svg = new Svg(Height, "A random node inside the graph, and outside of it");
        Inside(svg, 8);
        Outside(svg, 358);
        svg.Arrow(Svg.Forward, (20, 404), (50, 404));
        svg.Text(57, 408, "forward", color: Svg.Forward);
        svg.Arrow(Svg.Backward, (152, 404), (122, 404));
        svg.Text(159, 408, "backward", color: Svg.Backward);
        Random(svg, 252, 404, 26, 20, "");
        svg.Text(271, 408, "random");
        Node(svg, 350, 404, "", 26, 20);
        svg.Text(369, 408, "a function of what points to it");
        return svg.Finish();
    }

    private static void Inside(Svg svg, double x)
    {
        Panel(svg, x, "The random node inside");
        double mu = x + 60, s = x + PanelWidth - 60, middle = x + PanelWidth / 2;
        Node(svg, mu, 344, "μ");
        Node(svg, s, 344, "s");
        Random(svg, middle, 216, 150, 56, "z ~ N(μ, e^s)");
        Node(svg, middle, 90, "f(z)");

        svg.Arrow(Svg.Forward, (mu, 324), (middle - 42, 242));
        svg.Arrow(Svg.Forward, (s, 324), (middle + 42, 242));
        svg.Arrow(Svg.Forward, (middle - 9, 188), (middle - 9, 110));
        svg.Arrow(Svg.Backward, (middle + 9, 110), (middle + 9, 186));
        svg.Text(middle + 20, 152, "¯z = f′(z)", 14, color: Svg.Backward);

        // The road ends here.
        svg.Path($"M{Svg.Pair(middle - 11, 272)}l22 22m0 -22l-22 22", "none", Svg.Backward, 4);
        svg.Text(middle, 318, "a draw is a number,", 13, Anchor.Middle, Svg.Backward);
        svg.Text(middle, 335, "there is no ∂z/∂μ", 13, Anchor.Middle, Svg.Backward);
        svg.Text(middle, 352, "and no ∂z/∂s", 13, Anchor.Middle, Svg.Backward);
    }

    private static void Outside(Svg svg, double x)
    {
        Panel(svg, x, "The random node outside");
        double mu = x + 50, s = x + 150, noise = x + 284, z = x + 150;
        Node(svg, mu, 344, "μ");
        Node(svg, s, 344, "s");
        Random(svg, noise, 344, 88, 46, "ε ~ N(0, 1)");
        Node(svg, z, 216, "z = μ + e^{s/2} ε", 140);
        Node(svg, z, 90, "f(z)");

        svg.Arrow(Svg.Forward, (z - 9, 196), (z - 9, 110));
        svg.Arrow(Svg.Backward, (z + 9, 110), (z + 9, 196));
        svg.Text(z + 20, 152, "¯z = f′(z)", 14, color: Svg.Backward);
        svg.Arrow(Svg.Forward, (mu - 9, 324), (z - 60, 236));
        svg.Arrow(Svg.Backward, (z - 40, 236), (mu + 11, 324));
        svg.Arrow(Svg.Forward, (s - 9, 324), (s - 9, 236));
        svg.Arrow(Svg.Backward, (s + 9, 236), (s + 9, 324));
        svg.Arrow(Svg.Forward, (noise, 321), (noise, 216), (z + 70, 216));
        svg.Text(mu - 12, 268, "¯μ = ¯z", 14, Anchor.Middle, Svg.Backward);
        svg.Text(mu - 12, 286, "(6.5)", 12, Anchor.Middle, Svg.Backward);
        svg.Text(s + 18, 274, "¯s = ¯z ε e^{s/2} · ½", 14, Anchor.Start, Svg.Backward);
        svg.Text(s + 18, 292, "(6.6)", 12, Anchor.Start, Svg.Backward);
    }

    private static void Panel(Svg svg, double x, string title)
    {
        svg.Rectangle(x, 8, PanelWidth, 376, "none", Svg.Rule, 6);
        svg.Text(x + PanelWidth / 2, 36, title, 15, Anchor.Middle, bold: true);
        svg.Text(x + PanelWidth / 2, 56, "loss of the decoder", 13, Anchor.Middle, Svg.Faint);
    }

    private static void Node(Svg svg, double x, double y, string text, double width = NodeWidth, double height = NodeHeight)
    {
        svg.Rectangle(x - width / 2, y - height / 2, width, height, Svg.ForwardTint, Svg.Forward, 6);
        svg.Text(x, y + 5, text, 15, Anchor.Middle);
    }

    private static void Random(Svg svg, double x, double y, double width, double height, string text)
    {
        svg.Ellipse(x, y, width / 2, height / 2, "#fff6d6", "#8a6d00", " stroke-dasharray=\"4 3\"");
        svg.Text(x, y + 5, text, 14, Anchor.Middle);
    }
}
