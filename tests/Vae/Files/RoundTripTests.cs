// What is written is read back, whatever it is: every format that the program writes and reads, with content drawn at random.
using System.Collections.Immutable;
using System.Text;
using CsCheck;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Runs;
using VaeFromScratch.Vae.Study;
using VaeFromScratch.Vae.Tests.Data;

namespace VaeFromScratch.Vae.Tests.Files;

public class RoundTripTests
{
    private static readonly Gen<float> AnyFinite = Gen.UInt.Select(BitConverter.UInt32BitsToSingle).Where(float.IsFinite);

    // Any text that UTF-8 can hold: a surrogate alone is none.
    private static readonly Gen<string> Text = Gen.String.Where(text => !text.Any(char.IsSurrogate));

    [Fact]
    public void Safetensors()
    {
        var shapes = Gen.Int[0, 5].Array[0, 4];
        var tensor = shapes.SelectMany(shape => AnyFinite.Array[shape.Aggregate(1, (product, size) => product * size)].Select(data => (shape, data)));
        var tensors = Gen.Dictionary(Text.Where(name => name.Length > 0 && name != "__metadata__"), tensor)[0, 5];
        Gen.Select(tensors, Gen.Dictionary(Text, Text)[0, 5]).Sample((named, metadata) =>
        {
            var stream = new MemoryStream();
            SafetensorsTensor[] written = [.. named.Select(pair => new SafetensorsTensor(pair.Key, [.. pair.Value.shape], pair.Value.data))];
            SafetensorsFile.Write(stream, written, metadata);
            var read = SafetensorsBytes.Read(stream.ToArray());
            Assert.Equal(metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), read.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            Assert.Equal(written.Length, read.Tensors.Count);
            foreach (var (name, (shape, data)) in named)
            {
                Assert.Equal(shape, read[name].Shape.Select(size => (int)size));
                Assert.Equal(data.Select(BitConverter.SingleToUInt32Bits), read[name].Data.ToArray().Select(BitConverter.SingleToUInt32Bits));
            }

            var again = new MemoryStream();
            SafetensorsFile.Write(again, read.Tensors, read.Metadata);
            Assert.Equal(stream.ToArray(), again.ToArray());
        }, iter: 500);
    }

    [Fact]
    public void Idx_plain_and_gzip() =>
        Gen.UInt[1, 7].Array[1, 4].SelectMany(sizes => Gen.Byte.Array[(int)sizes.Aggregate(1u, (product, size) => product * size)].Select(data => (sizes, data))).Sample((sizes, data) =>
        {
            byte[] file = [.. IdxBytes.Header(sizes), .. data];
            foreach (var content in new[] { file, IdxBytes.Gzip(file) })
            {
                var array = IdxFile.Read(new MemoryStream(content), "some-idx");
                Assert.Equal(sizes.Select(size => (int)size), array.Dimensions);
                Assert.Equal(data, array.Data);
            }
        }, iter: 500);

    [Fact]
    public void Lines_of_comma_separated_values() =>
        Gen.Char.Where(c => !char.IsSurrogate(c)).Array[0, 20].Select(text => new string(text)).Array[2, 8].Array[1, 4].Sample(lines =>
        {
            // A first line of commas, for it tells the separator.
            var text = string.Concat(lines.Select(fields => string.Join(',', fields.Select(CsvCell.Of)) + "\n").Prepend(",\n"));
            using var records = new CsvRecords(new InputSource(new MemoryStream(Encoding.UTF8.GetBytes(text)), "here"));
            Assert.True(records.Read());
            foreach (var fields in lines)
            {
                Assert.True(records.Read());
                Assert.Equal(fields, Enumerable.Range(0, records.Count).Select(i => CsvText.Text(records[i])));
            }

            Assert.False(records.Read());
        }, iter: 1000);

    [Fact]
    public void Lines_of_a_study()
    {
        var common = Gen.Select(Gen.Int[0, 9], Gen.Int[1, 64], Positive, Gen.Int[1, 999].Array[1, 3], Gen.Int[1, 99], Gen.Int[1, 999], Positive, Gen.UInt);
        var variants = Gen.Select(Gen.Bool, Gen.OneOf<double>(Gen.Const(0.0), Positive), Gen.Enum<Likelihood>(), Gen.OneOf<double>(Gen.Const(0.0), Positive), Gen.OneOf<int>(Gen.Const(0), Gen.Int[1000, 2000]));
        Gen.Select(common, variants, Gen.Enum<FashionMnistPart>(), Gen.Double[-1e6, 1e6].Array[0, 9]).Sample((of, variant, part, figures) =>
        {
            var settings = new TrainingSettings
            {
                HeldOut = of.Item1,
                Latent = of.Item2,
                Beta = of.Item3,
                Hidden = [.. of.Item4],
                Epochs = of.Item5,
                Batch = of.Item6,
                LearningRate = of.Item7,
                Seed = of.Item8,
                WarmUp = variant.Item1 ? of.Item5 : 0,
                FreeBits = variant.Item2,
                Likelihood = variant.Item3,
                Denoise = variant.Item4,
                Calibration = variant.Item5,
            };
            var row = new StudyRow(part, settings, new string('a', 64), [.. figures.Select(StudyFigures.Text)]);
            var read = StudyRow.Parse([.. row.Fields], "here");
            Assert.Equal(row.Fields, read.Fields);
            Assert.Equal(settings.Describe(), read.Settings.Describe());
            Assert.Equal((part, row.WeightsSha256), (read.Part, read.WeightsSha256));
        }, iter: 500);
    }

    [Fact]
    public void Figures_of_epochs()
    {
        var number = Gen.ULong.Select(BitConverter.UInt64BitsToDouble).Where(double.IsFinite);
        Gen.Select(number, number, number, number).Array[0, 6].Sample(figures =>
        {
            EpochMetrics[] metrics = [.. figures.Select((epoch, i) => new EpochMetrics(i + 1, epoch.Item1, epoch.Item2, epoch.Item3, epoch.Item4))];
            Assert.Equal(metrics, MetricsFile.Parse(MetricsFile.Format(metrics), "metrics.jsonl"));
        }, iter: 500);
    }

    // Written with as few digits as tell it from its neighbours.
    private static Gen<double> Positive { get; } = Gen.Double[1e-6, 100];
}
