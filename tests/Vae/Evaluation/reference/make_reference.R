# Makes pROC.csv: DeLong's variances, intervals and paired test of the data sets of data.csv by the R package pROC.
#
#   Rscript make_reference.R
#
# Versions: see the first line of pROC.csv.

suppressMessages(library(pROC))
data <- read.csv("data.csv")
out <- file("pROC.csv", "w")
writeLines(sprintf("# R %s.%s, pROC %s: Rscript make_reference.R", R.version$major, R.version$minor, packageVersion("pROC")), out)
writeLines("set,auroc1,auroc2,variance1,variance2,covariance,low1,high1,z,p", out)
for (name in unique(data$set)) {
  rows <- data[data$set == name, ]
  first <- roc(rows$isAnomaly, rows$first, levels = c(0, 1), direction = "<")
  second <- roc(rows$isAnomaly, rows$second, levels = c(0, 1), direction = "<")
  if (name %in% c("perfect", "reversed", "constant")) next # pROC gives no variance for a curve without any
  interval <- ci.auc(first, method = "delong", conf.level = 0.95)
  test <- roc.test(first, second, method = "delong", paired = TRUE)
  figures <- c(auc(first), auc(second), var(first, method = "delong"), var(second, method = "delong"),
    cov(first, second, method = "delong"), interval[1], interval[3], test$statistic, test$p.value)
  writeLines(paste(c(name, sprintf("%.17g", figures)), collapse = ","), out)
}
close(out)
