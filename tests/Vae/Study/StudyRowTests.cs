// Lines of a study: what is written is read, and what is damaged is refused with the number of its line.

using System.Text;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Tests;

public sealed class StudyRowTests : IDisposable
{
    private const string Header = "data,heldOut,latent,beta,hidden,epochs,batch,learningRate,seed,variant,weightsSha256,trainLoss,mse.half95";
    private const string Weights = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Good = $"fashion-mnist,3,16,0.1,\"400,20\",20,128,0.001,18446744073709551615,,{Weights},531.250000,NaN";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_is_read_as_what_it_says()
    {
        var row = Assert.Single(Read(Header, Good).Rows);
        Assert.Null(new TrainingSettings { HeldOut = 3, Beta = 0.1, Hidden = [400, 20], Seed = ulong.MaxValue }.FirstDifference(row.Settings.Describe().ToDictionary()));
        Assert.Equal((FashionMnistPart.Whole, Weights, 531.25, double.NaN), (row.Part, row.WeightsSha256, row.Figure(0), row.Figure(1)));
    }

    public static TheoryData<TrainingSettings, string> Variants => new()
    {
        { new() { WarmUp = 5 }, "warmUp=5" },
        { new() { FreeBits = 0.1 + 0.2 }, "freeBits=0.30000000000000004" },
        { new() { Likelihood = Likelihood.ContinuousBernoulli }, "likelihood=continuous-bernoulli" },
        { new() { Likelihood = Likelihood.Gaussian }, "likelihood=gaussian" },
        { new() { Denoise = 1e-9 }, "denoise=1E-09" },
        { new() { Calibration = 6000 }, "calibrationImages=6000" },
        {
            new() { WarmUp = 1, FreeBits = 2, Likelihood = Likelihood.Gaussian, Denoise = 0.25, Calibration = 30 },
            "warmUp=1 freeBits=2 likelihood=gaussian denoise=0.25 calibrationImages=30"
        },
    };

    [Theory]
    [MemberData(nameof(Variants), DisableDiscoveryEnumeration = true)]
    public void Settings_of_a_variant_come_back_as_they_were(TrainingSettings settings, string text)
    {
        string[] fields = [.. new StudyRow(FashionMnistPart.Sample, settings, Weights, ["1.500000"]).Fields];
        Assert.Equal(text, fields[9]);
        var row = StudyRow.Parse(fields, "here");
        Assert.Equal(settings.Describe(), row.Settings.Describe());
        Assert.Equal(0, StudyOrder.Instance.Compare(settings, row.Settings));
        Assert.Equal(FashionMnistPart.Sample, row.Part);
    }

    [Theory]
    [InlineData("fashion-mnist,", "fashion,", "the data are 'fashion'; expected fashion-mnist, fashion-mnist-sample or fashion-mnist-held-back")]
    [InlineData(",3,16,", ",ten,16,", "'heldOut' is 'ten'")]
    [InlineData(",3,16,", ",10,16,", "held-out class is 10; expected 0 to 9")]
    [InlineData(",3,16,", ",3,0,", "latent size is 0")]
    [InlineData(",0.1,", ",-1,", "beta is -1")]
    [InlineData(",0.1,", ",0.10,", "beta is '0.10'; expected '0.1'")]
    [InlineData("400,20", "400,,20", "'hidden' is ''")]
    [InlineData(",,0123", ",warmUp,0123", "'warmUp' in the column 'variant' is not name=value")]
    [InlineData(",,0123", ",=5,0123", "'=5' in the column")]
    [InlineData(",,0123", ",warmUp=5 warmUp=6,0123", "stands twice")]
    [InlineData(",,0123", ",beta=5,0123", "stands twice")]
    [InlineData(",,0123", ",dropout=0.5,0123", "variant is 'dropout=0.5'; expected ''")]
    [InlineData(",,0123", ",warmUp=0,0123", "variant is 'warmUp=0'; expected ''")]
    [InlineData(",,0123", ",likelihood=poisson,0123", "poisson")]
    [InlineData(",,0123", ",,123", "weightsSha256 is '123456789abc")]
    [InlineData(",,0123", ",,012G", "weightsSha256 is '012G")]
    [InlineData("531.250000", "much", "'much' is not a number")]
    [InlineData("531.250000", "", "'' is not a number")]
    [InlineData("531.250000", "531.25", "'531.25' is not a number with six decimals")]
    [InlineData("531.250000", "\"1,531.250000\"", "'1,531.250000' is not a number")]
    [InlineData("NaN", "NaN,1.000000", "there are 14 fields; expected 13")]
    [InlineData(",NaN", "", "there are 12 fields; expected 13")]
    [InlineData("400,20\"", "400,20\"x", "a field goes on after its closing quote")]
    public void A_damaged_line_is_refused_with_its_number(string good, string damaged, string reason)
    {
        Assert.Equal(2, Good.Split(good).Length);
        var message = Refusal(Header, Good.Replace("fashion-mnist,3", "fashion-mnist,2", StringComparison.Ordinal), Good.Replace(good, damaged, StringComparison.Ordinal));
        Assert.StartsWith($"{_folder["study.csv"]}, line 3: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        Assert.Contains("line 4: these settings stood in line 2 before.",
            Refusal(Header, Good, Good.Replace(",3,", ",4,", StringComparison.Ordinal), Good), StringComparison.Ordinal);
        Assert.Contains("line 3: the model is of fashion-mnist-sample, and those before of fashion-mnist.",
            Refusal(Header, Good, Good.Replace("fashion-mnist,3", "fashion-mnist-sample,2", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("line 3: there are 1 fields", Refusal(Header, Good, ""), StringComparison.Ordinal);
        Assert.Contains("line 1: the columns begin otherwise than with data,heldOut,",
            Refusal(Header.Replace("heldOut,", "", StringComparison.Ordinal), Good), StringComparison.Ordinal);
        Assert.Contains("line 1: the columns begin otherwise", Refusal(Good), StringComparison.Ordinal);
        Assert.Contains("the file is empty", Refusal(), StringComparison.Ordinal);
        Assert.Contains("a quote that opens in the record of line 3 is not closed",
            Refusal(Header, Good, Good.Replace("400,20\"", "400,20", StringComparison.Ordinal)), StringComparison.Ordinal);
        File.WriteAllBytes(_folder["study.csv"], [.. Encoding.UTF8.GetBytes(Header + "\n"), 0xFF]);
        Assert.Contains("line 2: its text is not UTF-8", Assert.Throws<InvalidDataException>(() => StudyStore.Read(_folder["study.csv"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_of_other_columns_than_this_versions_is_not_verified()
    {
        string Unknown(string header) => Assert.Throws<InvalidDataException>(() => new StudyVerification(Read(header))).Message;
        const string Settings = "data,heldOut,latent,beta,hidden,epochs,batch,learningRate,seed,variant,weightsSha256";
        const string Whole = $"{Settings},trainLoss,trainReconstruction,trainKl,normalMse,normalCrossEntropy,normalKl,activeUnits,mse.auroc,mse.half95,mse.auprc,mse.fpr95,mse.tpr05";
        Assert.NotNull(new StudyVerification(Read(Whole)));
        Assert.Contains("'oracle.auroc' is where nothing is expected", Unknown(Whole + ",oracle.auroc"), StringComparison.Ordinal);
        Assert.Contains("nothing is where 'mse.tpr05' is expected", Unknown(Whole.Replace(",mse.tpr05", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("'trainKl' is where 'trainReconstruction' is expected", Unknown(Whole.Replace(",trainReconstruction", "", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private string Refusal(params string[] lines) => Assert.Throws<InvalidDataException>(() => Read(lines)).Message;

    private StudyStore Read(params string[] lines)
    {
        File.WriteAllLines(_folder["study.csv"], lines);
        return StudyStore.Read(_folder["study.csv"]);
    }
}
