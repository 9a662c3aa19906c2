"""The columns that each kind of report knows, from Amazon's pages of report types (Reporting v3).

Written down from those pages and from nothing of ours: one column that a kind does not know fails a report.
"""

_SP = """
    impressions addToList qualifiedBorrows royaltyQualifiedBorrows clicks cost purchases1d purchases7d purchases14d
    purchases30d purchasesSameSku1d purchasesSameSku7d purchasesSameSku14d purchasesSameSku30d unitsSoldClicks1d
    unitsSoldClicks7d unitsSoldClicks14d unitsSoldClicks30d sales1d sales7d sales14d sales30d
    attributedSalesSameSku1d attributedSalesSameSku7d attributedSalesSameSku14d attributedSalesSameSku30d
    unitsSoldSameSku1d unitsSoldSameSku7d unitsSoldSameSku14d unitsSoldSameSku30d
    kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d date startDate endDate costPerClick
    clickThroughRate
"""
_SB = """
    addToCart addToCartClicks addToCartRate addToList addToListFromClicks qualifiedBorrows
    qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks brandedSearches
    brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName
    campaignStatus clicks cost costType date detailPageViews detailPageViewsClicks eCPAddToCart endDate impressions
    kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d newToBrandDetailPageViewRate
    newToBrandDetailPageViews newToBrandDetailPageViewsClicks newToBrandECPDetailPageView newToBrandPurchases
    newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSales
    newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold newToBrandUnitsSoldClicks
    newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted sales salesClicks salesPromoted
    startDate unitsSold unitsSoldClicks video5SecondViewRate video5SecondViews videoCompleteViews
    videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate
"""
_SD = """
    addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks addToListFromViews
    qualifiedBorrows qualifiedBorrowsFromClicks qualifiedBorrowsFromViews royaltyQualifiedBorrows
    royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews brandedSearches brandedSearchesClicks
    brandedSearchesViews brandedSearchRate campaignBudgetCurrencyCode campaignId campaignName clicks cost date
    detailPageViews detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions impressionsViews
    newToBrandPurchases newToBrandPurchasesClicks newToBrandSalesClicks newToBrandUnitsSold
    newToBrandUnitsSoldClicks purchases purchasesClicks purchasesPromotedClicks sales salesClicks
    salesPromotedClicks startDate unitsSold unitsSoldClicks videoCompleteViews videoFirstQuartileViews
    videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate
"""

# reportTypeId -> what every report of that kind may have
BASE = {
    "spCampaigns": _SP
    + """
        campaignBiddingStrategy spend
    """,
    "spAdvertisedProduct": _SP
    + """
        campaignName campaignId adGroupName adGroupId adId portfolioId spend campaignBudgetCurrencyCode
        campaignBudgetAmount campaignBudgetType campaignStatus advertisedAsin advertisedSku salesOtherSku7d
        unitsSoldOtherSku7d acosClicks7d acosClicks14d roasClicks7d roasClicks14d
    """,
    "spTargeting": _SP
    + """
        salesOtherSku7d unitsSoldOtherSku7d acosClicks7d acosClicks14d roasClicks7d roasClicks14d keywordId keyword
        campaignBudgetCurrencyCode portfolioId campaignName campaignId campaignBudgetType campaignBudgetAmount
        campaignStatus keywordBid adGroupName adGroupId keywordType matchType targeting topOfSearchImpressionShare
    """,
    "spSearchTerm": _SP
    + """
        salesOtherSku7d unitsSoldOtherSku7d acosClicks7d acosClicks14d roasClicks7d roasClicks14d keywordId keyword
        campaignBudgetCurrencyCode portfolioId searchTerm campaignName campaignId campaignBudgetType
        campaignBudgetAmount campaignStatus keywordBid adGroupName adGroupId keywordType matchType targeting
        adKeywordStatus
    """,
    "spPurchasedProduct": """
        date startDate endDate addToList addToListFromClicks qualifiedBorrows qualifiedBorrowsFromClicks
        royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks portfolioId campaignName campaignId adGroupName
        adGroupId keywordId keyword keywordType advertisedAsin purchasedAsin advertisedSku
        campaignBudgetCurrencyCode matchType unitsSoldClicks1d unitsSoldClicks7d unitsSoldClicks14d
        unitsSoldClicks30d sales1d sales7d sales14d sales30d purchases1d purchases7d purchases14d purchases30d
        unitsSoldOtherSku1d unitsSoldOtherSku7d unitsSoldOtherSku14d unitsSoldOtherSku30d salesOtherSku1d
        salesOtherSku7d salesOtherSku14d salesOtherSku30d purchasesOtherSku1d purchasesOtherSku7d
        purchasesOtherSku14d purchasesOtherSku30d kindleEditionNormalizedPagesRead14d
        kindleEditionNormalizedPagesRoyalties14d
    """,
    "sbCampaigns": _SB
    + """
        topOfSearchImpressionShare viewableImpressions viewClickThroughRate
    """,
    "sbAdGroup": _SB
    + """
        adGroupId adGroupName adStatus
    """,
    "sbAds": _SB
    + """
        adGroupId adGroupName adId viewableImpressions
    """,
    "sbCampaignPlacement": _SB
    + """
        viewableImpressions viewClickThroughRate
    """,
    "sbTargeting": """
        addToCart addToCartClicks addToCartRate adGroupId adGroupName addToList addToListFromClicks qualifiedBorrows
        qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks brandedSearches
        brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType campaignId
        campaignName campaignStatus clicks cost costType date detailPageViews detailPageViewsClicks eCPAddToCart
        endDate impressions keywordBid keywordId adKeywordStatus keywordText keywordType matchType
        newToBrandDetailPageViewRate newToBrandDetailPageViews newToBrandDetailPageViewsClicks
        newToBrandECPDetailPageView newToBrandPurchases newToBrandPurchasesClicks newToBrandPurchasesPercentage
        newToBrandPurchasesRate newToBrandSales newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold
        newToBrandUnitsSoldClicks newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted sales
        salesClicks salesPromoted startDate targetingExpression targetingId targetingText targetingType
        topOfSearchImpressionShare unitsSold
    """,
    "sbSearchTerm": """
        adGroupId adGroupName addToList addToListFromClicks qualifiedBorrows qualifiedBorrowsFromClicks
        royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks campaignBudgetAmount campaignBudgetCurrencyCode
        campaignBudgetType campaignId campaignName campaignStatus clicks cost costType date endDate impressions
        keywordBid keywordId keywordText kindleEditionNormalizedPagesRead14d
        kindleEditionNormalizedPagesRoyalties14d matchType purchases purchasesClicks sales salesClicks searchTerm
        startDate unitsSold video5SecondViewRate video5SecondViews videoCompleteViews videoFirstQuartileViews
        videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate viewableImpressions
        viewClickThroughRate
    """,
    "sbPurchasedProduct": """
        campaignId adGroupId date startDate endDate campaignBudgetCurrencyCode campaignName campaignPriceTypeCode
        adGroupName attributionType purchasedAsin ordersClicks14d productName productCategory sales14d
        salesClicks14d orders14d unitsSold14d newToBrandSales14d newToBrandPurchases14d newToBrandUnitsSold14d
        newToBrandSalesPercentage14d newToBrandPurchasesPercentage14d newToBrandUnitsSoldPercentage14d
        unitsSoldClicks14d kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d
    """,
    "sdCampaigns": _SD
    + """
        viewClickThroughRate
    """,
    "sdAdGroup": _SD
    + """
        adGroupId adGroupName bidOptimization cumulativeReach newToBrandSales viewClickThroughRate
    """,
    "sdAdvertisedProduct": _SD
    + """
        adGroupId adGroupName adId bidOptimization cumulativeReach impressionsFrequencyAverage
        newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews
        newToBrandDetailPageViewViews newToBrandECPDetailPageView newToBrandSales promotedAsin promotedSku
        viewClickThroughRate
    """,
    "sdTargeting": _SD
    + """
        adGroupId adGroupName newToBrandSales targetingExpression targetingId targetingText
    """,
    "sdPurchasedProduct": """
        adGroupId adGroupName asinBrandHalo addToList addToListFromClicks qualifiedBorrowsFromClicks
        royaltyQualifiedBorrowsFromClicks addToListFromViews qualifiedBorrows qualifiedBorrowsFromViews
        royaltyQualifiedBorrows royaltyQualifiedBorrowsFromViews campaignBudgetCurrencyCode campaignId campaignName
        conversionsBrandHalo conversionsBrandHaloClicks date endDate promotedAsin promotedSku salesBrandHalo
        salesBrandHaloClicks startDate unitsSoldBrandHalo unitsSoldBrandHaloClicks
    """,
}
# reportTypeId, groupBy -> what comes with it
MORE = {
    ("spCampaigns", "campaign"): """
        campaignName campaignId campaignStatus campaignBudgetAmount campaignBudgetType campaignRuleBasedBudgetAmount
        campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName campaignBudgetCurrencyCode
        topOfSearchImpressionShare
    """,
    ("spCampaigns", "adGroup"): """
        adGroupName adGroupId adStatus
    """,
    ("spCampaigns", "campaignPlacement"): """
        placementClassification campaignName campaignId campaignStatus campaignBudgetAmount campaignBudgetType
        campaignRuleBasedBudgetAmount campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName
        campaignBudgetCurrencyCode topOfSearchImpressionShare
    """,
    ("spAdvertisedProduct", "advertiser"): "",
    ("spTargeting", "targeting"): """
        adKeywordStatus
    """,
    ("spSearchTerm", "searchTerm"): """
        adKeywordStatus
    """,
    ("spPurchasedProduct", "asin"): "",
    ("sbCampaigns", "campaign"): """
        campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType longTermSales longTermROAS
        topOfSearchImpressionShare
    """,
    ("sbAdGroup", "adGroup"): "",
    ("sbAds", "ads"): "",
    ("sbCampaignPlacement", "campaignPlacement"): """
        placementClassification
    """,
    ("sbTargeting", "targeting"): "",
    ("sbSearchTerm", "searchTerm"): """
        adKeywordStatus
    """,
    ("sbPurchasedProduct", "purchasedAsin"): "",
    ("sdCampaigns", "campaign"): """
        campaignBudgetAmount campaignStatus costType cumulativeReach impressionsFrequencyAverage longTermSales
        longTermROAS newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews
        newToBrandDetailPageViewViews newToBrandECPDetailPageView newToBrandSales
    """,
    ("sdAdGroup", "adGroup"): """
        cumulativeReach impressionsFrequencyAverage newToBrandDetailPageViewClicks newToBrandDetailPageViewRate
        newToBrandDetailPageViews newToBrandDetailPageViewViews newToBrandECPDetailPageView
    """,
    ("sdAdvertisedProduct", "advertiser"): "",
    ("sdTargeting", "targeting"): """
        adKeywordStatus newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews
        newToBrandDetailPageViewViews newToBrandECPDetailPageView
    """,
    ("sdPurchasedProduct", "asin"): "",
}


def known(kind: str, groups: list[str]) -> set[str]:
    """The columns that a report of this kind, grouped like this, may ask for."""
    return {*BASE[kind].split(), *(name for group in groups for name in MORE[kind, group].split())}
