/** The fictional secondary nodes of the demonstration: one industry each. */
export interface Industry {
  /** The prefix of the secondary node. */
  readonly prefix: string
  /** Section and code of GB/T 4754-2017. */
  readonly industryCode: string
  readonly nameZh: string
  readonly nameEn: string
  /** The fictional organisation that runs the node. */
  readonly operator: string
  /** What stands in the names of its enterprises. */
  readonly trade: string
  readonly products: readonly string[]
  /** Prefixes of the industries that its components come from: never in a circle. */
  readonly suppliers: readonly string[]
}

export const industries: readonly Industry[] = [
  {
    prefix: '88.101', industryCode: 'C35', nameZh: '专用设备', nameEn: 'Smart equipment',
    operator: '广州粤智标识服务有限公司（虚构）', trade: '智能装备',
    products: ['数控加工中心', '自动装配线', '视觉检测机'],
    suppliers: ['88.103', '88.116', '88.126'],
  },
  {
    prefix: '88.102', industryCode: 'C3491', nameZh: '工业机器人', nameEn: 'Industrial robots',
    operator: '广州穗臂标识服务有限公司（虚构）', trade: '机器人',
    products: ['六轴机器人', '协作机器人', '搬运机器人'],
    suppliers: ['88.103', '88.117', '88.126'],
  },
  {
    prefix: '88.103', industryCode: 'C39', nameZh: '电子设备', nameEn: 'Electronics',
    operator: '广州云芯标识服务有限公司（虚构）', trade: '电子',
    products: ['车载控制板', '毫米波雷达', '通信模组'],
    suppliers: ['88.105', '88.128'],
  },
  {
    prefix: '88.104', industryCode: 'C3974', nameZh: '显示器件', nameEn: 'Display devices',
    operator: '广州明幕标识服务有限公司（虚构）', trade: '显示科技',
    products: ['中控显示屏', '柔性显示屏', '电子纸屏'],
    suppliers: ['88.105', '88.127'],
  },
  {
    prefix: '88.105', industryCode: 'C26', nameZh: '化学原料和化学制品', nameEn: 'Chemicals',
    operator: '广州岭化标识服务有限公司（虚构）', trade: '化工',
    products: ['电子级溶剂', '涂料树脂', '功能助剂'],
    suppliers: ['88.115'],
  },
  {
    prefix: '88.106', industryCode: 'C21', nameZh: '家具', nameEn: 'Furniture',
    operator: '广州木棉标识服务有限公司（虚构）', trade: '家居',
    products: ['实木餐桌', '人体工学椅', '定制衣柜'],
    suppliers: ['88.124', '88.107', '88.125'],
  },
  {
    prefix: '88.107', industryCode: 'C20', nameZh: '木材加工', nameEn: 'Wood products',
    operator: '广州林溪标识服务有限公司（虚构）', trade: '木业',
    products: ['胶合板', '实木地板', '竹制板材'],
    suppliers: [],
  },
  {
    prefix: '88.108', industryCode: 'C2682', nameZh: '化妆品', nameEn: 'Cosmetics',
    operator: '广州花城标识服务有限公司（虚构）', trade: '日化',
    products: ['保湿面霜', '防晒乳', '氨基酸洁面乳'],
    suppliers: ['88.105', '88.131'],
  },
  {
    prefix: '88.109', industryCode: 'C18', nameZh: '纺织服装', nameEn: 'Garments',
    operator: '广州纫秋标识服务有限公司（虚构）', trade: '服饰',
    products: ['针织衫', '牛仔外套', '功能运动服'],
    suppliers: ['88.110'],
  },
  {
    prefix: '88.110', industryCode: 'C17', nameZh: '纺织', nameEn: 'Textiles',
    operator: '广州锦溪标识服务有限公司（虚构）', trade: '纺织',
    products: ['棉纱', '阻燃面料', '汽车座椅面料'],
    suppliers: ['88.105'],
  },
  {
    prefix: '88.111', industryCode: 'C19', nameZh: '皮革制品和制鞋', nameEn: 'Leather goods',
    operator: '广州狮岭行标识服务有限公司（虚构）', trade: '皮具',
    products: ['真皮手袋', '旅行箱', '商务公文包'],
    suppliers: ['88.110', '88.105'],
  },
  {
    prefix: '88.112', industryCode: 'C2438', nameZh: '珠宝首饰', nameEn: 'Jewellery',
    operator: '广州玉彩标识服务有限公司（虚构）', trade: '珠宝',
    products: ['足金手镯', '翡翠吊坠', '钻石戒指'],
    suppliers: ['88.127'],
  },
  {
    prefix: '88.113', industryCode: 'C14', nameZh: '食品制造', nameEn: 'Food',
    operator: '广州西关味标识服务有限公司（虚构）', trade: '食品',
    products: ['广式月饼', '鸡仔饼', '蚝油'],
    suppliers: ['88.130', '88.131'],
  },
  {
    prefix: '88.114', industryCode: 'C27', nameZh: '医药制造', nameEn: 'Medicine',
    operator: '广州南草标识服务有限公司（虚构）', trade: '制药',
    products: ['板蓝根颗粒', '清热口服液', '疫苗制剂'],
    suppliers: ['88.105', '88.131'],
  },
  {
    prefix: '88.115', industryCode: 'C25', nameZh: '石油加工', nameEn: 'Petrochemicals',
    operator: '广州湾炼标识服务有限公司（虚构）', trade: '石化',
    products: ['车用汽油', '聚丙烯原料', '润滑油基础油'],
    suppliers: [],
  },
  {
    prefix: '88.116', industryCode: 'C38', nameZh: '电气机械', nameEn: 'Power equipment',
    operator: '广州羊城电标识服务有限公司（虚构）', trade: '电气',
    products: ['干式变压器', '开关柜', '伺服电机'],
    suppliers: ['88.126', '88.127'],
  },
  {
    prefix: '88.117', industryCode: 'C3841', nameZh: '锂离子电池', nameEn: 'Lithium-ion batteries',
    operator: '广州锂源标识服务有限公司（虚构）', trade: '新能源',
    products: ['动力电池包', '储能电池柜', '电芯'],
    suppliers: ['88.105', '88.127'],
  },
  {
    prefix: '88.118', industryCode: 'C36', nameZh: '汽车制造', nameEn: 'Automobiles',
    operator: '广州穗骏标识服务有限公司（虚构）', trade: '汽车',
    products: ['纯电动乘用车', '插电混动乘用车', '轻型商用车'],
    suppliers: ['88.119', '88.117', '88.103', '88.104'],
  },
  {
    prefix: '88.119', industryCode: 'C367', nameZh: '汽车零部件', nameEn: 'Automobile parts',
    operator: '广州驰配标识服务有限公司（虚构）', trade: '汽车部件',
    products: ['制动总成', '转向机', '铝合金轮毂'],
    suppliers: ['88.124', '88.126', '88.127', '88.103'],
  },
  {
    prefix: '88.120', industryCode: 'C373', nameZh: '船舶及相关装置', nameEn: 'Shipbuilding',
    operator: '广州龙穴标识服务有限公司（虚构）', trade: '船舶',
    products: ['散货船', '多用途船', '船用锚机'],
    suppliers: ['88.126', '88.116', '88.105'],
  },
  {
    prefix: '88.121', industryCode: 'C372', nameZh: '城市轨道交通设备', nameEn: 'Urban rail equipment',
    operator: '广州轨行标识服务有限公司（虚构）', trade: '轨道交通',
    products: ['地铁车辆转向架', '屏蔽门', '信号机'],
    suppliers: ['88.126', '88.116', '88.103'],
  },
  {
    prefix: '88.122', industryCode: 'C374', nameZh: '航空航天器', nameEn: 'Aerospace equipment',
    operator: '广州云翼标识服务有限公司（虚构）', trade: '航空',
    products: ['航空座椅', '机翼壁板', '发动机短舱'],
    suppliers: ['88.127', '88.103', '88.124'],
  },
  {
    prefix: '88.123', industryCode: 'C3963', nameZh: '智能无人飞行器', nameEn: 'Unmanned aircraft',
    operator: '广州蜂行标识服务有限公司（虚构）', trade: '飞行科技',
    products: ['巡检无人机', '植保无人机', '物流无人机'],
    suppliers: ['88.103', '88.117'],
  },
  {
    prefix: '88.124', industryCode: 'C29', nameZh: '橡胶和塑料制品', nameEn: 'Rubber and plastics',
    operator: '广州塑源标识服务有限公司（虚构）', trade: '橡塑',
    products: ['子午线轮胎', '密封条', '改性塑料'],
    suppliers: ['88.105'],
  },
  {
    prefix: '88.125', industryCode: 'C33', nameZh: '金属制品', nameEn: 'Metal products',
    operator: '广州铸锋标识服务有限公司（虚构）', trade: '金属制品',
    products: ['紧固件', '不锈钢水槽', '冲压件'],
    suppliers: ['88.126'],
  },
  {
    prefix: '88.126', industryCode: 'C31', nameZh: '黑色金属冶炼和压延', nameEn: 'Steel',
    operator: '广州钢城南标识服务有限公司（虚构）', trade: '钢铁',
    products: ['冷轧钢板', '硅钢片', '船用厚板'],
    suppliers: [],
  },
  {
    prefix: '88.127', industryCode: 'C32', nameZh: '有色金属冶炼和压延', nameEn: 'Non-ferrous metals',
    operator: '广州铜湾标识服务有限公司（虚构）', trade: '有色金属',
    products: ['铝合金型材', '铜箔', '贵金属材料'],
    suppliers: [],
  },
  {
    prefix: '88.128', industryCode: 'C398', nameZh: '电子元件', nameEn: 'Electronic components',
    operator: '广州微珠标识服务有限公司（虚构）', trade: '元器件',
    products: ['多层陶瓷电容', '印制电路板', '连接器'],
    suppliers: ['88.105', '88.127'],
  },
  {
    prefix: '88.129', industryCode: 'C358', nameZh: '医疗仪器设备', nameEn: 'Medical devices',
    operator: '广州康仪标识服务有限公司（虚构）', trade: '医疗器械',
    products: ['监护仪', '超声诊断仪', '血糖仪'],
    suppliers: ['88.103', '88.104'],
  },
  {
    prefix: '88.130', industryCode: 'C13', nameZh: '农副食品加工', nameEn: 'Agricultural products',
    operator: '广州禾丰南标识服务有限公司（虚构）', trade: '粮油',
    products: ['精制大米', '花生油', '速冻水产'],
    suppliers: [],
  },
  {
    prefix: '88.131', industryCode: 'C22', nameZh: '造纸和纸制品', nameEn: 'Paper',
    operator: '广州白鹅标识服务有限公司（虚构）', trade: '纸业',
    products: ['瓦楞纸箱', '包装卡纸', '生活用纸'],
    suppliers: [],
  },
  {
    prefix: '88.132', industryCode: 'C15', nameZh: '酒、饮料和精制茶', nameEn: 'Drinks and tea',
    operator: '广州茶洲标识服务有限公司（虚构）', trade: '饮料',
    products: ['凉茶饮料', '啤酒', '茉莉花茶'],
    suppliers: ['88.131', '88.130'],
  },
  {
    prefix: '88.133', industryCode: 'C385', nameZh: '家用电力器具', nameEn: 'Household appliances',
    operator: '广州家岚标识服务有限公司（虚构）', trade: '电器',
    products: ['变频空调', '洗衣机', '电饭煲'],
    suppliers: ['88.116', '88.103', '88.125'],
  },
  {
    prefix: '88.134', industryCode: 'C387', nameZh: '照明器具', nameEn: 'Lighting',
    operator: '广州灯塔湾标识服务有限公司（虚构）', trade: '照明',
    products: ['路灯', '舞台灯', '植物生长灯'],
    suppliers: ['88.103', '88.127'],
  },
  {
    prefix: '88.135', industryCode: 'C245', nameZh: '玩具', nameEn: 'Toys',
    operator: '广州童蕉标识服务有限公司（虚构）', trade: '玩具',
    products: ['积木套装', '遥控车', '毛绒玩偶'],
    suppliers: ['88.124', '88.110'],
  },
  {
    prefix: '88.136', industryCode: 'C242', nameZh: '乐器', nameEn: 'Musical instruments',
    operator: '广州珠韵标识服务有限公司（虚构）', trade: '乐器',
    products: ['立式钢琴', '小提琴', '电子琴'],
    suppliers: ['88.107', '88.126'],
  },
  {
    prefix: '88.137', industryCode: 'C40', nameZh: '仪器仪表', nameEn: 'Instruments',
    operator: '广州度衡标识服务有限公司（虚构）', trade: '仪表',
    products: ['智能水表', '压力变送器', '光谱仪'],
    suppliers: ['88.103', '88.128'],
  },
  {
    prefix: '88.138', industryCode: 'C3435', nameZh: '电梯', nameEn: 'Lifts',
    operator: '广州升域标识服务有限公司（虚构）', trade: '电梯',
    products: ['乘客电梯', '自动扶梯', '货梯'],
    suppliers: ['88.126', '88.116'],
  },
  {
    prefix: '88.139', industryCode: 'C307', nameZh: '陶瓷制品', nameEn: 'Ceramics',
    operator: '广州窑光标识服务有限公司（虚构）', trade: '陶瓷',
    products: ['广彩瓷盘', '卫生陶瓷', '结构陶瓷'],
    suppliers: [],
  },
  {
    prefix: '88.140', industryCode: 'C244', nameZh: '体育用品', nameEn: 'Sports goods',
    operator: '广州健湾标识服务有限公司（虚构）', trade: '体育用品',
    products: ['羽毛球拍', '跑步机', '龙舟桨'],
    suppliers: ['88.124', '88.125'],
  },
]
