// One step of the 8x48 micro-kernel of AVX-512: which numbers of A and B meet in which registers, and where each part lies.

using static System.FormattableString;

namespace VaeFromScratch.Docs.Figures;

internal static class MicroKernelFigure
{
    private const int Height = 640;

    // The tile, and the product of the first layer with 128 images, whose k = 784 the driver cuts into two blocks.
    private const int Rows = 8, Vectors = 3, Lanes = 16, Steps = 784 / 2, BlockRows = 128, BytesOfNumber = 4;

    private const string Register = "#d8f0dc", RegisterInk = "#1b6b2c", First = Svg.ForwardTint, FirstInk = Svg.Forward, Second = "#fff6d6", SecondInk = "#8a6d00",
        Rest = "#efefef", RestInk = "#5c5c5c";

    private const double TileX = 232, TileY = 252, VectorWidth = 148, RowHeight = 24, LaneWidth = VectorWidth / Lanes;
    private const double BandX = 26, BandStep = 14, StripY = 76, StripRow = 13;
    private const int StepsShown = 10, StepNow = 4;

    public static string Draw()
    {
        var svg = new Svg(Height, "One step of the micro-kernel");
        svg.Text(16, 26, "One step p of the 8x48 micro-kernel", 16, bold: true);
        svg.Text(16, 46, "11 loads for 24 multiply-adds of 16 lanes: 768 operations", color: Svg.Faint);
        DrawStrip(svg);
        DrawBand(svg);
        DrawTile(svg);
        DrawPlaces(svg);
        return svg.Finish();
    }

    // B, row by row; row p is being loaded.
    private static void DrawStrip(Svg svg)
    {
        const double right = TileX + Vectors * VectorWidth;
        svg.Text(right, 66, "B: 48 numbers for each p, side by side", 13, Anchor.End, SecondInk, bold: true);
        for (var step = 0; step < StepsShown; step++)
        {
            var y = StripY + step * StripRow;
            svg.Rectangle(TileX, y, Vectors * VectorWidth, StripRow, step == StepNow ? First : Second, SecondInk);
        }

        for (var lane = 1; lane < Vectors * Lanes; lane++)
            svg.Line(TileX + lane * LaneWidth, StripY, TileX + lane * LaneWidth, StripY + StepsShown * StripRow, SecondInk, lane % Lanes == 0 ? 1.6 : 0.3);
        svg.Text(TileX - 8, StripY + 10, "p = 0", 12, Anchor.End);
        svg.Text(TileX - 8, StripY + StepNow * StripRow + 11, "p", 13, Anchor.End, FirstInk, bold: true);
        svg.Text(TileX - 8, StripY + StepsShown * StripRow - 2, Invariant($"p = {Steps - 1}"), 12, Anchor.End);

        // Row p becomes three registers.
        for (var vector = 0; vector < Vectors; vector++)
        {
            var x = TileX + vector * VectorWidth;
            svg.Rectangle(x + 4, TileY - 30, VectorWidth - 8, 20, Register, RegisterInk, 4);
            svg.Text(x + VectorWidth / 2, TileY - 15.5, Invariant($"b{vector}"), 13, Anchor.Middle, RegisterInk, bold: true);
            svg.ArrowAcross(FirstInk, (x + VectorWidth - 20, StripY + (StepNow + 1) * StripRow - 4), (x + VectorWidth - 20, TileY - 31));
        }
    }

    // A, eight rows; column p is being loaded, a number at a time.
    private static void DrawBand(Svg svg)
    {
        svg.Text(16, TileY - 34, "A: 8 rows, read", 13, color: SecondInk, bold: true);
        svg.Text(16, TileY - 18, "number by number", 13, color: SecondInk, bold: true);
        for (var row = 0; row < Rows; row++)
            for (var step = 0; step < StepsShown; step++)
                svg.Rectangle(BandX + step * BandStep, TileY + row * RowHeight, BandStep, RowHeight, step == StepNow ? First : Second, SecondInk, 0, " stroke-width=\"0.6\"");
        var below = TileY + Rows * RowHeight + 16;
        svg.Text(BandX, below, "p = 0", 12);
        svg.Text(BandX + (StepNow + 0.5) * BandStep, below, "p", 13, Anchor.Middle, FirstInk, bold: true);
        svg.Text(BandX + StepsShown * BandStep, below, Invariant($"{Steps - 1}"), 12, Anchor.End);
    }

    // C: a register for each 16 columns of a row.
    private static void DrawTile(Svg svg)
    {
        for (var row = 0; row < Rows; row++)
        {
            var y = TileY + row * RowHeight;
            for (var vector = 0; vector < Vectors; vector++)
            {
                svg.Rectangle(TileX + vector * VectorWidth, y, VectorWidth, RowHeight, Register, RegisterInk);
                svg.Text(TileX + (vector + 0.5) * VectorWidth, y + 16.5, row == RowNow ? Invariant($"c{row}{vector} += x · b{vector}") : Invariant($"c{row}{vector}"), 13, Anchor.Middle, RegisterInk);
            }
        }

        // One number of A in all lanes of a register.
        var now = TileY + RowNow * RowHeight;
        svg.ArrowAcross(FirstInk, (BandX + (StepNow + 1) * BandStep - 4, now + RowHeight / 2), (184, now + RowHeight / 2));
        svg.Rectangle(185, now + 2, 34, RowHeight - 4, Register, RegisterInk, 4);
        svg.Text(202, now + 16.5, "x", 13, Anchor.Middle, RegisterInk, bold: true);
        svg.Text(TileX, TileY + Rows * RowHeight + 16, "C: 8 rows of 48 columns, 24 chains of 16 lanes each", 13, color: RegisterInk, bold: true);
    }

    private const int RowNow = 3;

    private static void DrawPlaces(Svg svg)
    {
        const double tall = 38;
        var y = 478.0;
        Place(Register, RegisterInk, "registers", Invariant($"the tile of C ({Rows} · {Vectors} = 24), b0, b1, b2, and x, a number of A in all 16 lanes:"),
            Invariant($"28 of 32 registers of 64 bytes; C is loaded and stored once in {Steps} steps"));
        Place(First, FirstInk, "first cache", "of A the lines that are being read: one of each row, good for 16 steps", "of B row p: 3 lines of 64 bytes, good for one step");
        Place(Second, SecondInk, "second cache", Invariant($"the strip of B: {Steps} · 48 · 4 bytes = {Kilobytes(Steps * Vectors * Lanes)}, read anew for every 8 rows of A"),
            Invariant($"a block of A: {BlockRows} · {Steps} · 4 bytes = {Kilobytes(BlockRows * Steps)}, read anew for every strip of B"));
        Place(Rest, RestInk, "third cache", "and memory: the rest of A, B and C,", Invariant($"in the product {BlockRows} x 400 x 784 on one thread, whose k is cut into two blocks of {Steps}"));

        void Place(string fill, string ink, string place, string first, string second)
        {
            svg.Rectangle(16, y, 112, tall - 4, fill, ink, 4);
            svg.Text(72, y + 21, place, 13, Anchor.Middle, ink, bold: true);
            svg.Text(138, y + 13, first, 12.5);
            svg.Text(138, y + 30, second, 12.5);
            y += tall;
        }
    }

    private static string Kilobytes(int numbers) => Svg.Number(Math.Round(numbers * BytesOfNumber / 1000.0, 1)) + " KB";
}
