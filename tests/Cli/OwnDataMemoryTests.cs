// vae score on more rows, and on larger ones, than there is memory for.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Cli.Tests;

public sealed class OwnDataMemoryTests : OwnData
{
    [Fact]
    public void A_file_larger_than_the_memory_that_may_be_taken_is_scored()
    {
        // 80 MB of rows, and a heap of 40 MiB.
        const int rows = 200_000, columns = 100, heap = 40 << 20;
        var limited = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = heap.ToString("X", CultureInfo.InvariantCulture) };
        var row = new float[columns];
        void WriteRows(string name, int count)
        {
            using var stream = File.Create(this[name]);
            var file = new NpyFile(stream, columns);
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < columns; j++) row[j] = (i * 37 + j * 53) % 101 / 25f - 2;
                file.Write(row);
            }

            file.Finish();
        }

        WriteRows("few.npy", 300);
        Train("few.npy", "--hidden", "8", "--latent", "2", "--epochs", "2").AssertDone("270 rows of 100 values");
        WriteRows("many.npy", rows);
        Assert.True(new FileInfo(this["many.npy"]).Length > 1.5 * heap);
        // Half the rows are explained, in five lines each.
        var outcome = VaeProcess.Run(limited, "score", this["run"], "--input", this["many.npy"], "--out", this["scores.csv"], "--alpha", "0.5", "--explain", this["why"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(rows + 1, File.ReadLines(this["scores.csv"]).Count());
        Assert.True(sizeof(char) * new FileInfo(this["why", "features.csv"]).Length > heap);
    }

    [Fact]
    public void Large_images_are_scored_in_little_memory()
    {
        const int side = 256, count = 60;
        var header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({count}, {side}, {side}), }}\n";
        using (var stream = File.Create(this["large.npy"]))
        {
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header)]);
            for (var i = 0; i < count * side * side; i++) stream.WriteByte((byte)((i * 37 + i / side * 53) % 256 * (20 + i / (side * side)) / 80));
        }

        Train("large.npy", "--hidden", "4", "--latent", "1", "--epochs", "1").AssertDone("images of 256 x 256 pixels");
        // 4096 of them would be a gibibyte.
        var limited = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = (60 << 20).ToString("X", CultureInfo.InvariantCulture) };
        var outcome = VaeProcess.Run(limited, "score", this["run"], "--input", this["large.npy"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(count + 1, Lines(outcome.Output).Length);
    }
}
